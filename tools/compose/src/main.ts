// npm run test:compose: builds the images, brings the whole system up in containers, and has every order accounted for.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose, docker, missing } from './docker.ts';
import { standIns } from './images.ts';
import { smoke } from './smoke.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
process.exitCode = await main();

async function main(): Promise<number> {
  const sentence = await missing();
  if (sentence) {
    console.error(sentence);
    return 1;
  }
  const started = performance.now();
  const say = (line: string) => console.log(`[${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s] ${line}`);
  const folder = mkdtempSync(join(tmpdir(), 'waybill-smoke-'));
  try {
    await standIns(readFileSync(new URL('../../../Dockerfile', import.meta.url), 'utf8'), say);
    await smoke({ clientLedger: join(folder, 'client-ledger.ndjson'), say, signal: stop.signal });
    say('every order is accounted for');
    return 0;
  } catch (error) {
    say((error as Error).message);
    return 1;
  } finally {
    await docker(compose('down', '--volumes', '--timeout', '5')).catch((error: Error) => say(error.message));
    rmSync(folder, { recursive: true, force: true });
    say('everything is removed but the images');
  }
}
