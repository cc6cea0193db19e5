// npm run test:logs: the way of a line on real servers, on those that package registries have.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { elapsedReport, program } from '@waybill/kit';
import { checkElasticsearch } from './check-elasticsearch.ts';
import { checkFilebeat } from './check-filebeat.ts';
import { elasticsearchSoftware, ELASTICSEARCH } from './elasticsearch-software.ts';
import { startElasticsearch } from './elasticsearch.ts';
import { filebeatSoftware } from './filebeat-software.ts';

const help = `npm run test:logs
A real Elasticsearch ${ELASTICSEARCH} and, where Go is, a real Filebeat, with the configuration of infra/elk and real lines of the services.
No package registry has Logstash or Kibana: the test does by hand what Logstash's pipeline does, and what Kibana would
ask is asked directly. Needs Java 17 and Maven; the first run downloads 107 MB, and builds Filebeat for some minutes.
Exit code: 0 when everything is as promised, 1 when not.`;

await program({
  name: 'logs',
  help,
  read: (args) => parseArgs({ args, options: {} }).values,
  run: (_, signal) => checkTheWay(signal),
});

async function checkTheWay(signal: AbortSignal): Promise<number> {
  const say = elapsedReport(console.log);
  const folder = mkdtempSync(join(tmpdir(), 'waybill-logs-'));
  let stop = () => Promise.resolve();
  const end = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  signal.addEventListener('abort', () => void end().then(() => process.exit(130)));
  try {
    const software = await elasticsearchSoftware(say);
    const filebeat = await filebeatSoftware(say);
    const elasticsearch = await startElasticsearch(software, folder);
    stop = () => elasticsearch.stop();
    say(`Elasticsearch ${ELASTICSEARCH} answers`);
    await checkElasticsearch(elasticsearch, say);
    if (filebeat) {
      const [writer, reader] = [elasticsearch.as('logstash'), elasticsearch.as('reader')];
      await checkFilebeat({ program: filebeat, folder, writer, reader, say });
    } else say('there is no Go here to build Filebeat with: its part is left out');
    say('everything is as promised');
    return 0;
  } catch (error) {
    say((error as Error).message);
    return 1;
  } finally {
    await end();
  }
}
