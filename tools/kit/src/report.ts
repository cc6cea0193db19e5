/** Says what is being done. Lines carry the seconds since the start, so that a slow step shows. */
export type Report = (line: string) => void;

export function elapsedReport(write: (line: string) => void = (line) => console.error(line)): Report {
  const started = performance.now();
  return (line) => write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
}
