// The step before Logstash writes: fields and retention of the logs' data stream.
import { readFileSync } from 'node:fs';
import { setUpLogIndex } from './log-index.ts';
import { setting } from './setting.ts';

const password = readFileSync(setting('ELASTICSEARCH_PASSWORD_FILE'), 'utf8');
const retention = setting('LOG_RETENTION');
await setUpLogIndex({ url: setting('ELASTICSEARCH_URL'), user: 'setup', password }, retention);
console.log(JSON.stringify({ deployed: 'log index', retention }));
