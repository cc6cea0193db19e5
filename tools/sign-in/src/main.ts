// `npm run -s token -- WHO`: prints an access token alone, for a command line such as
// `curl -H "authorization: Bearer $(npm run -s token -- customer)" http://127.0.0.1:8080/api/orders`.
import { parseArgs } from 'node:util';
import { projectOf } from '@waybill/containers';
import { PEOPLE } from '@waybill/deploy';
import { containerIdentity } from './container-identity.ts';
import { tokenFor, tokenFrom, type Who } from './token-for.ts';

const WHO: readonly string[] = [...PEOPLE, 'machine'];
const HELP = `npm run -s token -- ${WHO.join('|')} [--instance NAME] [--with docker]: prints an access token of that person, for five minutes.`;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { instance: { type: 'string' }, with: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [who = ''] = positionals;
  if (values.help) console.log(HELP);
  else if (!WHO.includes(who)) throw new Error(HELP);
  else if (values.with === 'docker')
    console.log(await tokenFrom(await containerIdentity(projectOf(values.instance)), who as Who));
  else console.log(await tokenFor(values.instance, who as Who));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
