import { describe, expect, it } from '@jest/globals';
import { pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { elasticsearchUsers } from './elasticsearch-users.ts';

const files = elasticsearchUsers((secret) => `password of ${secret}`);
const linesOf = (text: string) => text.trimEnd().split('\n');

describe("Elasticsearch's users", () => {
  it("have a hash of their own password, in Elasticsearch's form, and no password", () => {
    const [, rounds, salt, hash] = /^logstash:\{PBKDF2\}(\d+)\$(\S+)\$(\S+)$/m.exec(files.users)!;
    const expected = pbkdf2Sync('password of elasticsearch-logstash', Buffer.from(salt!, 'base64'), Number(rounds), 32, 'sha512');
    expect(hash).toBe(expected.toString('base64'));
    expect(files.users).not.toContain('password of');
  });

  it('have roles of Elasticsearch, or of roles.yml', () => {
    const ours = readFileSync(new URL('../../../infra/elk/elasticsearch/roles.yml', import.meta.url), 'utf8');
    const named = linesOf(files.users_roles).map((line) => line.split(':')[0]!);
    for (const role of named.filter((name) => name.startsWith('waybill_'))) expect(ours).toContain(`\n${role}:\n`);
    expect(named.filter((name) => !name.startsWith('waybill_'))).toEqual(['kibana_system', 'viewer', 'kibana_admin']);
    const names = linesOf(files.users).map((line) => line.split(':')[0]);
    expect(new Set(linesOf(files.users_roles).flatMap((line) => line.split(':')[1]!.split(',')))).toEqual(new Set(names));
  });

  it('are none of those that Elasticsearch has by itself', () => {
    const reserved = [
      'elastic',
      'kibana',
      'kibana_system',
      'logstash_system',
      'beats_system',
      'apm_system',
      'remote_monitoring_user',
    ];
    for (const line of linesOf(files.users)) expect(reserved).not.toContain(line.split(':')[0]);
  });
});
