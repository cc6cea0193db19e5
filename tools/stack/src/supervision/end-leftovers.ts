// What the guardian becomes when its supervisor is gone: `node end-leftovers.ts INSTANCE`.
import { instanceOf } from '../instance.ts';
import { endLeftovers } from './leftovers.ts';

await endLeftovers(instanceOf(process.argv[2]), (line) => console.log(`${new Date().toISOString()}  ${line}`));
