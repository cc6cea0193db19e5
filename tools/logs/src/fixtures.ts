import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const FIXTURES = new URL('../fixtures/', import.meta.url);

/** A line of a container as Docker keeps it and Filebeat ships it. */
interface DockerLine {
  readonly service: string;
  readonly replica: number;
  readonly offset: number;
  readonly time: string;
  readonly text: string;
}

/** Real lines of every container, as capture.ts took them. Docker's time of a line is its own where it names one. */
export function capturedLines(): DockerLine[] {
  return readdirSync(FIXTURES)
    .sort()
    .flatMap((file) => {
      const [, service, replica = '1'] = /^(.+?)(?:-(\d))?\.txt$/.exec(basename(file))!;
      let offset = 0;
      return readFileSync(new URL(file, FIXTURES), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((text) => {
          const at = offset;
          offset += text.length + 1;
          return { service: service!, replica: Number(replica), offset: at, time: timeOf(text), text };
        });
    });
}

const timeOf = (text: string): string => {
  const [found] = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{3})?/.exec(text) ?? ['2026-11-25T04:00:00.000'];
  return new Date(`${found.replace(' ', 'T').replace(',', '.')}Z`).toISOString();
};

export const labelsOf = (service: string, replica: number): Record<string, string> => ({
  'com.docker.compose.project': 'waybill',
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': String(replica),
});

/** The event that Filebeat makes of it (`npm run test:logs` compares it with a real one). */
export function shipped({ service, replica, offset, time, text }: DockerLine): object {
  const id = Buffer.from(`${service}-${replica}`).toString('hex').padEnd(64, '0');
  return {
    '@timestamp': time,
    message: `${text}\n`,
    stream: 'stdout',
    docker: { attrs: labelsOf(service, replica) },
    log: { offset, file: { path: `/var/lib/docker/containers/${id}/${id}-json.log` } },
  };
}
