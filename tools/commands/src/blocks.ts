/** How a document says what becomes of the commands of a block, after its language: ```sh run */
export type Mark =
  /** `npm test` runs it as it stands. */
  | { readonly kind: 'run' }
  /** A part of `npm test`, or a file of one, runs the same. */
  | { readonly kind: 'covered-by'; readonly by: string }
  | { readonly kind: 'by-hand'; readonly why: string };

export interface Block {
  readonly path: string;
  readonly line: number;
  /** sh: commands. console: commands after `$ `, with what they print. Anything else is no command. */
  readonly language: string;
  /** Undefined: none, or none that can be read. */
  readonly mark: Mark | undefined;
  readonly text: string;
}

const FENCE = /^( *)(```+)([^\n]*)\n([^]*?)^ *\2 *$/gm;

/** The code blocks of a document. */
export const blocksIn = ({ path, text }: { readonly path: string; readonly text: string }): Block[] =>
  [...text.matchAll(FENCE)].map(({ index, 3: info = '', 4: code = '' }) => {
    const [, language = '', rest = ''] = /^ *(\S*) *(.*?) *$/.exec(info)!;
    return { path, line: text.slice(0, index).split('\n').length, language, mark: markOf(rest), text: code };
  });

function markOf(rest: string): Mark | undefined {
  if (rest === 'run') return { kind: 'run' };
  const [, by] = /^covered-by=(\S+)$/.exec(rest) ?? [];
  if (by !== undefined) return { kind: 'covered-by', by };
  const [, why] = /^by-hand="([^"]+)"$/.exec(rest) ?? [];
  return why === undefined ? undefined : { kind: 'by-hand', why };
}

/** Whether a block is for a shell. */
export const isForAShell = ({ language }: Block): boolean => ['sh', 'bash', 'console'].includes(language);

/** The commands of a block, each whole, without the comment at its end. */
export function commandsOf({ language, text }: Block): string[] {
  const lines = text.replaceAll(/\\\n/g, '\\\n\0').split(/\n(?!\0)/);
  return lines
    .map((line) => line.replaceAll('\0', '').trim())
    .filter((line) => language !== 'console' || line.startsWith('$ '))
    .map((line) => (language === 'console' ? line.slice(2) : line).replace(/\s{2,}# .*$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
}
