import { compose, type Project } from '@waybill/containers';
import { IDENTITY_SECRETS, PASSWORD_SECRETS, PEOPLE } from '@waybill/deploy';
import type { Identity } from './token-for.ts';

/** Where compose publishes the issuer, and the passwords of its people: the step that made them can read them. */
export async function containerIdentity(project: Project): Promise<Identity> {
  const names = [...PASSWORD_SECRETS, IDENTITY_SECRETS.tools];
  const files = names.map((name) => `/secrets/all/${name}`);
  const [published, text] = await Promise.all([
    compose(project, ['port', 'identity', '8091']),
    compose(project, [
      'run',
      '--rm',
      '-T',
      '--no-deps',
      'secrets',
      'node',
      '--print',
      `JSON.stringify(${JSON.stringify(files)}.map((file) => fs.readFileSync(file, 'utf8')))`,
    ]),
  ]);
  const secrets = JSON.parse(text) as string[];
  return {
    issuer: `http://${published.trim()}`,
    people: Object.fromEntries(PEOPLE.map((person, index) => [person, { password: secrets[index]! }])),
    machine: { clientId: 'tools', secret: secrets.at(-1)! },
  };
}
