// The first step of `docker compose up`: makes every password that is not there yet, and lays into each container's own
// folder of the volume what that container may know. Run again, it changes no password, and makes new certificates.
import { join } from 'node:path';
import { tlsFiles } from './certificates.ts';
import { HandOut } from './hand-out.ts';
import { Secrets } from './secrets.ts';
import { setting } from './setting.ts';

const [volume] = process.argv.slice(2);
if (!volume) {
  console.error('make-secrets.ts FOLDER: the folder to make the secrets in.');
  process.exit(1);
}

/** Everything, in a folder that no other container mounts. */
const secrets = new Secrets(join(volume, 'all'));
const out = new HandOut(volume, secrets);
out.everything();
out.certificates(await tlsFiles(secrets, ['localhost', setting('WAYBILL_HOST')]));
