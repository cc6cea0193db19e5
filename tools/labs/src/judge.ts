import { isLive, type JestReport, packageOf, type Report, testIn } from '@waybill/kit';
import { type Judgement, judged } from './judgement.ts';
import type { LabCopy } from './lab-copy.ts';

/** A mistake may make a test hang: jest gives a live one up after 300 s. */
const SPEC_WITHIN_MS = 600_000;

export interface Judging {
  /** The file that says where the servers are, for a lab that needs some. */
  readonly connections: string | undefined;
  readonly say: Report;
}

/**
 * Says what is wrong in a lab: compiles, puts the specs back as they were, and runs them. Of a spec on real servers only the lab's
 * own tests run.
 */
export async function judge(learner: LabCopy, { connections, say }: Judging): Promise<Judgement> {
  const { lab, copy } = learner;
  const specs = [...new Set(lab.wrong.map(({ spec }) => spec))];
  await learner.reset(...specs);
  say('It is compiled ...');
  const complaint = await copy.build([...new Set(specs.map(packageOf))]);
  if (complaint !== undefined) return { wrong: [], others: [], hindrance: `It does not compile:\n\n${firstLines(complaint)}` };
  const reports = new Map<string, JestReport | undefined>();
  for (const spec of specs) {
    const tests = isLive({ spec }) ? lab.wrong.filter((each) => each.spec === spec).flatMap((each) => each.tests) : [];
    say(`${spec} runs ...`);
    const { report } = await testIn(copy, { spec, tests }, { connections, withinMs: SPEC_WITHIN_MS });
    reports.set(spec, report);
  }
  return judged(lab, reports);
}

const firstLines = (text: string) => text.split('\n').slice(0, 5).join('\n');
