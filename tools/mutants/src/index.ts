export type { Mutant } from './mutant.ts';
export { mutantNamed, patchFile } from './patches.ts';
