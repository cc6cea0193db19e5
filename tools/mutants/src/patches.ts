import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { type Mutant, readMutant } from './mutant.ts';

const PATCHES = join(projectRoot, 'tools/mutants/patches');

/** The patch of a known bug. */
export const patchFile = (name: string): string => join(PATCHES, `${name}.patch`);

/** Every known bug, in the order of the guarantees. */
export const allMutants = (): Mutant[] =>
  readdirSync(PATCHES)
    .filter((file) => file.endsWith('.patch'))
    .map((file) => mutantNamed(basename(file, '.patch')))
    .sort((a, b) => a.guarantee - b.guarantee);

/** @throws when there is no such patch. */
export const mutantNamed = (name: string): Mutant => readMutant(name, readFileSync(patchFile(name), 'utf8'));
