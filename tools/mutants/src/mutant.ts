import { changedPackages } from '@waybill/kit';

/** A bug that is kept as a patch, and the test that must see it. */
export interface Mutant {
  /** The patch's file name without its ending. */
  readonly name: string;
  /** Of docs/guarantees.md: the promise that it breaks. */
  readonly guarantee: number;
  /** What is wrong with the patched code, in a sentence. */
  readonly bug: string;
  /** The spec that must go red, from the root: `libs/messaging/src/sending/sending.live.spec.ts`. */
  readonly spec: string;
  /** Words of the test's full name. */
  readonly test: string;
  /** Folders of the packages that the patch changes: they are built anew. */
  readonly packages: readonly string[];
}

const FIELDS = ['Guarantee', 'Bug', 'Spec', 'Test'] as const;

/**
 * Reads a patch: four lines of header, an empty line, and a diff of a line or two.
 *
 *   Guarantee: 4
 *   Bug: a message that no queue takes is confirmed, and gone
 *   Spec: libs/messaging/src/sending/sending.live.spec.ts
 *   Test: by RabbitMQ, without a binding, stays in the outbox
 *
 * @throws with a sentence about what is missing.
 */
export function readMutant(name: string, patch: string): Mutant {
  const header = patch.slice(0, Math.max(0, patch.indexOf('\ndiff --git ')));
  if (header === '') throw new Error(`${name}: no header before a diff in git's format`);
  const field = (label: (typeof FIELDS)[number]): string => {
    const value = new RegExp(`^${label}: (.+)$`, 'm').exec(header)?.[1]?.trim();
    if (!value) throw new Error(`${name}: the header has no "${label}:" (it needs ${FIELDS.join(', ')})`);
    return value;
  };
  const guarantee = Number(field('Guarantee'));
  if (!Number.isInteger(guarantee)) throw new Error(`${name}: "Guarantee: ${field('Guarantee')}" is no number`);
  const spec = field('Spec');
  if (!/^(apps|libs|tools)\/[^/]+\/.+\.spec\.ts$/.test(spec)) throw new Error(`${name}: ${spec} is no spec of a package`);
  return { name, guarantee, bug: field('Bug'), spec, test: field('Test'), packages: changedPackages(patch) };
}

/** The numbers of the guarantees that no patch breaks: `page` is docs/guarantees.md. */
export function unbrokenGuarantees(page: string, mutants: readonly Mutant[]): number[] {
  const numbers = [...page.matchAll(/^## (\d+)\. /gm)].map((match) => Number(match[1]));
  return numbers.filter((number) => !mutants.some(({ guarantee }) => guarantee === number));
}
