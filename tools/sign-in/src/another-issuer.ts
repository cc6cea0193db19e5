// `npm run another-issuer`: the services take the tokens of a Keycloak, by configuration alone.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { elapsedReport, program, table, type Verdict } from '@waybill/kit';
import { down, status, up, withoutObservers } from '@waybill/stack';
import { Keycloak, type KeycloakPerson } from './keycloak.ts';

const HELP = `npm run another-issuer

Starts a Keycloak with the realm of infra/keycloak and the system beside it, which has no issuer of its own then, and asks the services
with Keycloak's tokens. Keycloak comes from Maven Central at its first run (176 MB), and needs Java 17 and Maven. It takes three minutes,
and ends all it has started.`;

const INSTANCE = 'another-issuer';
const OUR_ISSUER = ['identity', 'migrate-identity'];
const SETTLED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;
const ENOUGH_IN_A_ROW = 20;

await program({
  name: 'another issuer',
  help: HELP,
  read: (args) => {
    if (args.length > 0) throw new Error(`There is no ${args[0]}.`);
    return {};
  },
  run: (_, signal) => askWithKeycloak(signal),
});

async function askWithKeycloak(signal: AbortSignal): Promise<Verdict> {
  const report = elapsedReport();
  const folder = mkdtempSync(join(tmpdir(), 'keycloak-'));
  let keycloak: Keycloak | undefined;
  try {
    keycloak = await Keycloak.start(join(folder, 'keycloak.log'), report, signal);
    process.env['WAYBILL_IDENTITY_ISSUER'] = keycloak.issuer;
    process.env['WAYBILL_IDENTITY_KEYS_URL'] = keycloak.keysUrl;
    const only = withoutObservers.filter((part) => !OUR_ISSUER.includes(part));
    await up({ instance: INSTANCE, only, report, signal });
    const { edge } = (await status(INSTANCE)).urls;
    const cells = await cellsOf(keycloak, edge!, signal);
    console.log(table([['ASKED', 'WANTED', 'ANSWERED'], ...cells.map(({ what, wanted, answered }) => [what, wanted, answered])]));
    const failed = cells.filter(({ wanted, answered }) => wanted !== answered).length;
    return { passed: cells.length - failed, failed, note: `tokens of ${keycloak.issuer}` };
  } finally {
    await keycloak?.stop();
    await down({ instance: INSTANCE, purge: true, report });
    rmSync(folder, { recursive: true });
  }
}

interface Cell {
  readonly what: string;
  readonly wanted: string;
  readonly answered: string;
}

async function cellsOf(keycloak: Keycloak, edge: string, signal: AbortSignal): Promise<Cell[]> {
  const cells: Cell[] = [];
  const note = (what: string, wanted: number | string, answered: number | string) =>
    cells.push({ what, wanted: String(wanted), answered: String(answered) });
  const ask = (path: string, token: string | undefined, body?: object) =>
    fetch(`${edge}${path}`, {
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
  const tokens = {} as Record<KeycloakPerson, string>;
  for (const person of ['ada', 'eve', 'sue'] as const) tokens[person] = await keycloak.tokenOf(person);

  const request = { currency: 'EUR', lines: [{ sku: 'mug-enamel', quantity: 1 }], paymentMethod: 'pm_ok' };
  const placed = await ask('/api/orders', tokens.ada, request);
  note('ada places an order', 202, placed.status);
  const { id } = (await placed.json()) as { id: string };
  note('the order settles', 'confirmed', await settled(async () => (await ask(`/api/orders/${id}`, tokens.ada)).json()));
  note('ada reads her order', 200, (await ask(`/api/orders/${id}`, tokens.ada)).status);
  note("eve reads ada's order", 404, (await ask(`/api/orders/${id}`, tokens.eve)).status);
  note("sue, of support, reads ada's order", 200, (await ask(`/api/orders/${id}`, tokens.sue)).status);
  note('ada reads her mails', 200, (await ask(`/api/notifications?orderId=${id}`, tokens.ada)).status);
  note('nobody asks', 401, (await ask(`/api/orders/${id}`, undefined)).status);
  const forAnother = await keycloak.tokenOf('ada', 'another-system');
  note('ada asks with a token for another system', 401, (await ask(`/api/orders/${id}`, forAnother)).status);

  await keycloak.rotateKey();
  const signedAnew = await keycloak.tokenOf('ada');
  note('ada asks with a token of a new key', 200, (await untilKnown(() => ask(`/api/orders/${id}`, signedAnew))).status);
  await keycloak.stop();
  note('the issuer is gone: ada asks', 200, (await ask(`/api/orders/${id}`, signedAnew)).status);
  return cells;
}

async function settled(read: () => Promise<unknown>): Promise<string> {
  for (const until = Date.now() + SETTLED_WITHIN_MS; ; await delay(LOOK_EVERY_MS)) {
    const { status: state = 'unknown' } = (await read()) as { status?: string };
    if (state !== 'placed' || Date.now() > until) return state;
  }
}

/** Each replica asks for keys that it does not know at most every 30 seconds. So many answers in a row come from all of them. */
async function untilKnown(get: () => Promise<Response>): Promise<Response> {
  const until = Date.now() + SETTLED_WITHIN_MS;
  for (let inRow = 0; ;) {
    const answer = await get();
    inRow = answer.ok ? inRow + 1 : 0;
    if (inRow === ENOUGH_IN_A_ROW || Date.now() > until) return answer;
    if (!answer.ok) await delay(LOOK_EVERY_MS);
  }
}
