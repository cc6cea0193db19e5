// npm run supply-chain: what Waybill is made of, under which licences, and which holes are known in it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printTable, program, projectRoot, runToEnd } from '@waybill/kit';
import { type Answer, type Audit, findingsIn, openFindings } from './findings.ts';
import { EXCEPTIONS, licencesOf } from './licences.ts';
import type { LockFile } from './lock-problems.ts';

const ANSWERS = join(projectRoot, 'tools/check/answered-findings.json');
const WHAT = ['licences', 'sbom', 'audit'] as const;

await program({
  name: 'supply chain',
  help: `npm run supply-chain -- licences | sbom [FILE] | audit
  licences     every licence with its packages, as the lock file has them; \`npm run check\` refuses others
  sbom [FILE]  the bill of materials (CycloneDX, JSON) of what runs, into FILE (sbom.cdx.json)
  audit        the holes that npm's registry knows of, without those that tools/check/answered-findings.json answers`,
  read([what = '', file]: string[]) {
    const found = WHAT.find((each) => each === what);
    if (!found) throw new Error(`"${what}" is not one of ${WHAT.join(', ')}.`);
    return { what: found, file };
  },
  async run({ what, file }) {
    if (what === 'licences') return licences();
    return what === 'sbom' ? sbom(file ?? 'sbom.cdx.json') : audit();
  },
});

function licences(): number {
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as LockFile;
  printTable(
    ['LICENCE', 'PACKAGES', 'WHICH'],
    licencesOf(lock).map(({ licence, packages }) => [licence, String(packages.length), inShort(packages)]),
  );
  console.log('\nTaken although of another kind:');
  for (const [name, { licence, why }] of Object.entries(EXCEPTIONS)) console.log(`  ${name} (${licence}): ${why}`);
  return 0;
}

function inShort(names: readonly string[]): string {
  return names.length <= 6 ? names.join(', ') : `${names.slice(0, 6).join(', ')} and ${names.length - 6} more`;
}

async function sbom(file: string): Promise<number> {
  const made = await npm([
    'sbom',
    '--sbom-format',
    'cyclonedx',
    '--sbom-type',
    'application',
    '--omit',
    'dev',
    '--package-lock-only',
  ]);
  if (made.code !== 0) throw new Error(`npm sbom ended with ${made.code}: ${made.stderr}`);
  const { components } = JSON.parse(made.stdout) as { readonly components: readonly unknown[] };
  writeFileSync(file, made.stdout);
  console.log(`${file} names ${components.length} components.`);
  return 0;
}

async function audit(): Promise<number> {
  const asked = await npm(['audit', '--json', '--package-lock-only']);
  const found = JSON.parse(asked.stdout || '{}') as Audit & { readonly message?: string };
  // Without an answer there is no list at all, which must not look like a list without a finding.
  if (!found.vulnerabilities) throw new Error(`The registry gave no answer about known holes: ${found.message ?? asked.stderr}`);
  const answers = JSON.parse(readFileSync(ANSWERS, 'utf8')) as Answer[];
  const open = openFindings(findingsIn(found), answers);
  for (const line of open) console.log(line);
  console.log(`${findingsIn(found).length} findings, ${answers.length} answers.`);
  return open.length === 0 ? 0 : 1;
}

function npm(args: readonly string[]) {
  return runToEnd('npm', args, { cwd: projectRoot, env: process.env });
}
