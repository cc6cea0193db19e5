import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/stack';

/** The servers run as processes on Debian and Ubuntu alone. Elsewhere Docker runs the same topology, if it is there. */
export async function otherSystem(): Promise<number> {
  const docker = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;
  const composeFile = existsSync(join(projectRoot, 'docker-compose.yml'));
  console.error(`Without Docker, the demo runs on Debian and Ubuntu; this is ${process.platform}.`);
  if (!docker || !composeFile) {
    console.error(
      composeFile ? 'Start Docker and run the same command again.' : 'A virtual machine or WSL with Debian or Ubuntu runs it.',
    );
    return 1;
  }
  console.error('Docker is here: `docker compose up` starts the same system.');
  const [code] = (await once(spawn('docker', ['compose', 'up'], { cwd: projectRoot, stdio: 'inherit' }), 'exit')) as [
    number | null,
  ];
  return code ?? 1;
}
