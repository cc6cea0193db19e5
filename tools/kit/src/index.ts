export { believe } from './believe.ts';
export { linkPackages, makePrivateCopy, type PrivateCopy } from './private-copy.ts';
export { program } from './program.ts';
export { projectRoot } from './project-root.ts';
export { elapsedReport, type Report } from './report.ts';
export { type Ended, run, runToEnd } from './run.ts';
export { broken, type Suite, type Verdict, verdictOn } from './suite.ts';
export { printTable, table } from './table.ts';
export { wholeNumber } from './whole-number.ts';
