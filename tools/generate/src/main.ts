// `npm run generate`: writes a service or a message where it belongs, and takes a service away again.
import { elapsedReport, program, projectRoot } from '@waybill/kit';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { HELP, readOptions, type Asked } from './options.ts';
import { derive, keepInstalled } from './derive.ts';
import { layOut } from './lay-out.ts';
import { plan } from './plan.ts';

await program({ name: 'generate', help: HELP, read: readOptions, run: generate });

async function generate(asked: Asked, signal: AbortSignal): Promise<number> {
  const tree = new FsTree(projectRoot, false);
  const { about, next } = plan(tree, asked);
  await layOut(tree);
  const changes = tree.listChanges();
  if (changes.length === 0) {
    console.log(`There is nothing to do: ${about} is there.`);
    return 0;
  }
  const verbs = { CREATE: 'create', UPDATE: 'change', DELETE: 'delete' };
  for (const { type, path } of changes) console.log(`${verbs[type]} ${path}`);
  if (asked.dryRun) {
    console.log('Nothing was written: this was a dry run. What is derived from these files would follow.');
    return 0;
  }
  keepInstalled(projectRoot, asked.service, () => flushChanges(projectRoot, changes));
  await derive(projectRoot, elapsedReport(), signal);
  console.log(next);
  return 0;
}
