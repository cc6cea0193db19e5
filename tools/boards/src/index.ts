export { alertsShown, boardFiles } from './boards.ts';
export { PROMETHEUS } from './panels.ts';
