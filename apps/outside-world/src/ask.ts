/**
 * Asks the process that runs beside it, with the operator's token of its own environment: `node dist/ask.js /ledger/charges`, or with
 * faults, which are put there: `node dist/ask.js /faults '{"provider":{"down":true}}'`. For a container, whose port nobody else reaches.
 */
import { readConfigOrExit } from './config.js';
import { believe } from './tls.js';

const [path, faults] = process.argv.slice(2);
if (!path) {
  console.error('ask.js PATH [FAULTS]');
  process.exit(2);
}
const { http, tls, tokens } = readConfigOrExit();
if (tls) believe(tls);
const answer = await fetch(new URL(path, `${tls ? 'https' : 'http'}://127.0.0.1:${http.port}`), {
  headers: { authorization: `Bearer ${tokens.operator.value}`, 'content-type': 'application/json' },
  ...(faults !== undefined && { method: 'PUT', body: faults }),
}).catch(() => undefined);
const text = (await answer?.text())?.trimEnd() ?? `The outside world does not answer on port ${http.port}.`;
if (answer?.ok) console.log(text);
else {
  console.error(text);
  process.exitCode = 1;
}
