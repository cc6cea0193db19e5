import { runToEnd } from '@waybill/kit';

/** A command, as it is run and where it stands. */
export interface Step {
  readonly where: string;
  readonly command: string;
}

export interface Ran extends Step {
  readonly problem?: string;
}

const MARK = '\u0001waybill\u0001';
/** A document whose commands take longer waits for somebody. */
const WITHIN_MS = 120_000;

/** Runs the commands of one document in one shell, as a reader does: a variable that one sets the next one has. */
export async function session(steps: readonly Step[], cwd: string): Promise<Ran[]> {
  const script = steps
    .map(({ command }, index) => `printf '\\n${MARK}${index} begin\\n'\n${command}\nprintf '\\n${MARK}${index} %s\\n' "$?"`)
    .join('\n');
  // A pipe that fails in its middle fails. A terminal is not there: psql and its like read to the end of nothing.
  const { output } = await runToEnd('bash', ['-o', 'pipefail', '-c', `exec </dev/null 2>&1\n${script}`], {
    cwd,
    withinMs: WITHIN_MS,
  });
  return steps.map((step, index) => {
    const [, rest = ''] = output.split(`${MARK}${index} begin\n`);
    const [printed = '', after = ''] = rest.split(`\n${MARK}${index} `);
    const code = /^\d+/.exec(after)?.[0];
    const problem = problemOf(code, printed);
    return problem === undefined ? step : { ...step, problem: `${problem}: ${lastLine(printed)}` };
  });
}

/** curl ends with 0 whatever the answer says. */
function problemOf(code: string | undefined, printed: string): string | undefined {
  if (code === undefined) return 'did not end';
  if (code !== '0') return `ended with ${code}`;
  return /"status":[45]\d\d,"detail"/.test(printed) ? 'was refused' : undefined;
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)!.slice(0, 200);
