import { type Contract, type Golden, incompatibilities, refusal } from '@waybill/contracts';
import { projectRoot, runToEnd } from '@waybill/kit';

const GOLDEN = 'libs/contracts/golden/';

/**
 * What a change breaks of the contracts that another commit has published: the golden files beside the code may have been changed together
 * with it.
 * @param published the golden files of that commit
 * @param retired types that were taken away on purpose, when no message of theirs could exist any more
 */
export function brokenSince(
  published: readonly Golden[],
  contracts: readonly Contract[],
  retired: Readonly<Record<string, string>>,
): string[] {
  const known = new Map(contracts.map((contract) => [contract.type, contract]));
  return [
    ...published.flatMap((golden) => {
      const contract = known.get(golden.type);
      if (contract) {
        const reasons = incompatibilities(golden, contract);
        return reasons.length > 0 ? [refusal(golden.type, reasons)] : [];
      }
      return golden.type in retired
        ? []
        : [
            `${golden.type} was published and is gone. Messages of it may wait: keep it, or, when none can exist any more ` +
              '(docs/how-to/change-a-contract.md), name it in libs/contracts/retired.json with the reason',
          ];
    }),
    ...Object.keys(retired)
      .filter((type) => known.has(type))
      .map(
        (type) =>
          `${type} was retired: what is parked somewhere would be read as something else. Give the new message the next version`,
      ),
  ];
}

/**
 * The golden files of the commit that a change is held against: the one that WAYBILL_BASE names, or else where this branch has left
 * origin/main, or the commit before, on main itself. Empty where a shallow clone has no such commit.
 */
export async function goldenAtBase(base = process.env['WAYBILL_BASE']): Promise<Golden[]> {
  const commit = base ?? (await leftMainAt()) ?? 'HEAD~1';
  const listing = await git('ls-tree', '-r', '--name-only', commit, '--', GOLDEN);
  if (listing === undefined) {
    if (base !== undefined) throw new Error(`WAYBILL_BASE names ${base}, which is no commit here: git fetch it first`);
    return [];
  }
  const files = await Promise.all(
    listing
      .split('\n')
      .filter((path) => path.endsWith('.json'))
      .map((path) => git('show', `${commit}:${path}`)),
  );
  return files.map((text) => JSON.parse(text!) as Golden);
}

async function leftMainAt(): Promise<string | undefined> {
  const [left, head] = [await git('merge-base', 'HEAD', 'origin/main'), await git('rev-parse', 'HEAD')];
  return left === head ? undefined : left?.trim();
}

/** Undefined where git has no answer: no such commit, or no repository with one. */
async function git(...args: string[]): Promise<string | undefined> {
  const { code, stdout } = await runToEnd('git', args, { cwd: projectRoot });
  return code === 0 ? stdout : undefined;
}
