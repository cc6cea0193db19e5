// `rotate-secrets.ts [NAME ...]` gives these secrets another value, or all of them, at the servers and in the files.
// `rotate-secrets.ts --list` prints which there are, who has them, and since when. Neither prints a value.
import { join } from 'node:path';
import { HandOut } from './hand-out.ts';
import { KNOWN_SECRETS } from './known-secrets.ts';
import { chosenSecrets, rotate } from './rotate.ts';
import { Secrets } from './secrets.ts';
import { setting, trustedCa } from './setting.ts';

const args = process.argv.slice(2);
// In containers each has its own folder in a volume, and everything is in one that none of them mounts.
const volume = process.env['SECRETS_VOLUME_DIR'];
const secrets = new Secrets(volume === undefined ? setting('SECRETS_DIR') : join(volume, 'all'));

try {
  if (args[0] === '--list') {
    const there = KNOWN_SECRETS.filter(({ name }) => secrets.has(name));
    console.log(JSON.stringify(there.map((known) => ({ ...known, madeAt: secrets.madeAt(known.name) }))));
  } else {
    const names = chosenSecrets(args, secrets);
    const ca = trustedCa();
    const started = Date.now();
    await rotate(
      names,
      secrets,
      {
        postgres: { host: setting('DATABASE_HOST'), port: Number(setting('DATABASE_PORT')), ssl: ca ? { ca } : false },
        rabbitmq: { url: setting('RABBITMQ_MANAGEMENT_URL'), ca },
        kafka: { brokers: setting('KAFKA_BROKERS').split(','), ca },
      },
      volume === undefined ? undefined : new HandOut(volume, secrets),
    );
    console.log(JSON.stringify({ rotated: names, ms: Date.now() - started }));
  }
} catch (error) {
  console.error(`The secrets were not rotated, or not all of them: ${(error as Error).message} The same again goes on with it.`);
  process.exit(1);
}
