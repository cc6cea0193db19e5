import { parse } from 'yaml';

/** A service of the compose file, as far as the checks look at it. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly args?: Readonly<Record<string, string>> };
  readonly user?: string;
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly tmpfs?: readonly string[];
  readonly command?: readonly string[] | string;
  readonly environment?: Readonly<Record<string, string | number | null>>;
  readonly deploy?: { readonly replicas?: number };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] | string };
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly (string | Mount)[];
  readonly [key: string]: unknown;
}

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly volume?: { readonly subpath?: string; readonly nocopy?: boolean };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean } | null>>;
}

/** Reads the file as compose does: anchors and merges resolved, `${NAME:-default}` filled from what is set. */
export function readComposeFile(text: string, settings: Readonly<Record<string, string>> = {}): ComposeFile {
  const fill = (unfilled: string) =>
    unfilled.replaceAll(/(?<!\$)\$\{(\w+)(?::-([^{}]*))?\}/g, (_, name: string, fallback = '') => settings[name] || fallback);
  // A default may name another setting, with a default of its own: the inner one is filled first.
  const filled = fill(fill(text));
  // The file is ours: it need not be held to the number of aliases that a stranger's may have, 100.
  return parse(filled, { merge: true, maxAliasCount: -1 }) as ComposeFile;
}

/** A step ends by itself: somebody waits for its end. */
/** Steps that nobody waits for: a person runs them. */
const RUN_BY_HAND: readonly string[] = ['rotate-secrets'];

export const isStep = (name: string, { services }: ComposeFile): boolean =>
  RUN_BY_HAND.includes(name) ||
  Object.values(services).some(({ depends_on: dependsOn }) => dependsOn?.[name]?.condition === 'service_completed_successfully');

/** Where a service finds them; nginx has all of its files in one folder. */
const SECRETS = ['/run/secrets', '/run/nginx/tls'];

/** The folder of the secrets volume that the service is given. */
export const secretsMount = ({ volumes = [] }: ComposeService): Mount | undefined =>
  volumes.find((volume): volume is Mount => typeof volume === 'object' && SECRETS.includes(volume.target));

/**
 * Both files as compose puts them together, as far as the checks look: environments are merged, and volumes by the place where they are
 * mounted; what else is given twice is replaced.
 */
export function withOverrides(text: string, overrides: string, settings: Readonly<Record<string, string>>): ComposeFile {
  const [base, over] = [readComposeFile(text, settings), readComposeFile(overrides, settings)];
  const services = Object.entries(over.services).map(([name, service]) => {
    const before = base.services[name];
    if (!before) throw new Error(`docker-compose.clear.yml has ${name}, which is not in docker-compose.yml.`);
    const environment = { ...before.environment, ...service.environment };
    return [name, { ...before, ...service, environment, volumes: mergedVolumes(before.volumes, service.volumes) }];
  });
  return { ...base, services: { ...base.services, ...(Object.fromEntries(services) as ComposeFile['services']) } };
}

function mergedVolumes(before: ComposeService['volumes'] = [], over: ComposeService['volumes'] = []): ComposeService['volumes'] {
  const replaced = new Set(over.map(placeOf));
  return [...before.filter((volume) => !replaced.has(placeOf(volume))), ...over];
}

/** Where a container finds it: the target of `source:target:mode`. */
const placeOf = (volume: string | Mount): string | undefined =>
  typeof volume === 'string' ? volume.split(':')[1] : volume.target;
