// The step after Kibana is up: imports data view, saved searches and the board. Run again, it puts back what was changed.
import { readFileSync } from 'node:fs';
import { kibanaObjects } from './kibana-objects.ts';
import { setting } from './setting.ts';

const password = readFileSync(setting('ELASTICSEARCH_PASSWORD_FILE'), 'utf8');
const objects = kibanaObjects();
const form = new FormData();
form.append('file', new Blob([objects.map((object) => `${JSON.stringify(object)}\n`).join('')]), 'waybill.ndjson');

const response = await fetch(`${setting('KIBANA_URL')}/api/saved_objects/_import?overwrite=true`, {
  method: 'POST',
  headers: { authorization: `Basic ${Buffer.from(`setup:${password}`).toString('base64')}`, 'kbn-xsrf': 'true' },
  body: form,
});
const answer = await response.text();
const { success } = response.ok ? (JSON.parse(answer) as { success: boolean }) : { success: false };
if (!success) {
  console.error(`Kibana did not take the saved objects (${response.status}): ${answer}`);
  process.exit(1);
}
console.log(JSON.stringify({ deployed: 'saved objects', count: objects.length }));
