import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge, type Judging } from './judge.ts';
import { isRight, type Judgement } from './judgement.ts';
import { LabCopy } from './lab-copy.ts';
import type { Lab } from './labs.ts';

/** What became of a lab that was started, checked, solved and checked again. */
export interface Verified {
  readonly lab: string;
  readonly problem: string | undefined;
  readonly seconds: number;
}

/** Broken, a lab says each of its sentences and nothing else; solved, it is right. */
export async function verify(lab: Lab, signal: AbortSignal, judging: Judging): Promise<Verified> {
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'waybill-lab-'));
  try {
    const learner = await LabCopy.start(lab, folder, signal);
    const problem = problemOf(lab, await judge(learner, judging));
    if (problem !== undefined) return ended(problem);
    await learner.solve();
    const solved = await judge(learner, judging);
    return ended(isRight(solved) ? undefined : `it is wrong with its own solution: ${JSON.stringify(solved)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  function ended(problem: string | undefined): Verified {
    return { lab: lab.name, problem, seconds: (performance.now() - started) / 1_000 };
  }
}

function problemOf(lab: Lab, { wrong, others, hindrance }: Judgement): string | undefined {
  if (hindrance !== undefined) return hindrance;
  const green = lab.wrong.map(({ says }) => says).filter((sentence) => !wrong.some(({ says }) => says === sentence));
  if (green.length > 0) return `its patch does not make this wrong: ${green.join('; ')}`;
  return others.length > 0 ? `its patch turns more red than it tells of: ${others.join('; ')}` : undefined;
}
