import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { projectRoot } from '@waybill/kit';
import { boardFiles } from './boards.ts';

/** Writes every board into the folder that Grafana reads, and takes away what is no board any more. */
export function writeBoards(): void {
  const folder = `${projectRoot}/infra/grafana/dashboards`;
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) rmSync(`${folder}/${old}`);
  for (const [path, text] of boardFiles()) {
    writeFileSync(`${projectRoot}/${path}`, text);
    console.log(path);
  }
}
