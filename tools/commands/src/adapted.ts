import { projectRoot } from '@waybill/kit';

/** What a command of a document means on the instance that is up: a reader has the default one, and their own order. */
export interface Here {
  readonly instance: string;
  readonly node: string;
  /** From the address that a document names to the one there is. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly order: string;
  readonly trace: string;
  /** Dead letters, each for one act: `order/3`. */
  readonly letters: string[];
}

/** The command as it is run. Only what names an instance is replaced. */
export function adapted(command: string, here: Here): string {
  const script = (file: string) => `${here.node} ${projectRoot}/${file} --instance ${here.instance}`;
  return command
    .replaceAll(/npm run (?:-s )?stack --/g, script('tools/stack/src/main.ts'))
    .replaceAll(/npm run (?:-s )?token --/g, script('tools/sign-in/src/main.ts'))
    .replaceAll(/https?:\/\/127\.0\.0\.1:\d+/g, (address) => here.addresses[address] ?? address)
    .replaceAll('.stack/', `${here.folder}/`)
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, here.order)
    .replaceAll(/\b[0-9a-f]{32}\b/g, here.trace)
    .replaceAll(/\b(order|payment|notification)\/\d+\b/g, (letter) => here.letters.shift() ?? letter);
}
