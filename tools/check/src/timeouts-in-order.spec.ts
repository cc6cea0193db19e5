import { describe, expect, it } from '@jest/globals';
import { timeoutsInOrder } from './timeouts-in-order.ts';

const tuning = (publish: string) => ({
  path: 'libs/messaging/src/tuning.ts',
  text: `interface Tuning {\n  publishTimeoutMs: number;\n}\nconst defaults = { publishTimeoutMs: ${publish} };`,
});
const roles = (text = "ALTER ROLE a SET idle_in_transaction_session_timeout = '8s';") => ({
  path: 'infra/postgres/service.sql',
  text: `-- SET idle_in_transaction_session_timeout = '1s' was too short\n${text}`,
});

const publishRow =
  '| publish timeout | 3 s | [`tuning.ts`](../libs/messaging/src/tuning.ts) `publishTimeoutMs` | published again |';
const idleRow =
  '| idle in transaction | 8 s | [`service.sql`](../infra/postgres/service.sql) `idle_in_transaction_session_timeout` | ended |';
const rule = '- `2 x publish timeout < idle in transaction < 10 s`: because';
const page = [publishRow, idleRow, '', rule].join('\n');

describe('a timeout in docs/timeouts.md', () => {
  it('has the value that the configuration sets', () => {
    expect(timeoutsInOrder(page, [tuning('3_000'), roles()])).toEqual([]);
    expect(timeoutsInOrder(page, [tuning('2_500'), roles()])).toEqual([
      'publish timeout: the table says 3 s, libs/messaging/src/tuning.ts says 2500 ms (publishTimeoutMs)',
    ]);
  });

  it('is found where the table says', () => {
    expect(timeoutsInOrder(page, [tuning('3_000')])).toContain(
      'idle in transaction: there is no file infra/postgres/service.sql',
    );
    expect(timeoutsInOrder(page, [tuning('3_000'), roles('ALTER ROLE a RESET ALL;')])).toContain(
      'idle in transaction: infra/postgres/service.sql sets no idle_in_transaction_session_timeout',
    );
    expect(timeoutsInOrder(page, [tuning('soon(3)'), roles()])).toContain(
      'publish timeout: publishTimeoutMs is soon(3), which cannot be read as a length of time',
    );
  });

  it('has one value', () => {
    const twice = roles('SET idle_in_transaction_session_timeout = 8000;\nSET idle_in_transaction_session_timeout = 9000;');
    expect(timeoutsInOrder(page, [tuning('3_000'), twice])).toContain(
      'idle in transaction: infra/postgres/service.sql sets idle_in_transaction_session_timeout to 8000 ms and to 9000 ms',
    );
  });

  it("is looked for in HAProxy's language too", () => {
    const text = 'defaults\n  # timeout tunnel 9s\n  timeout connect 1s\n  default-server check inter 500ms fall 2 rise 2\n';
    const haproxy = { path: 'infra/haproxy/haproxy.cfg', text };
    const row = '| connect | 1 s | [`haproxy.cfg`](../infra/haproxy/haproxy.cfg) `timeout connect` | |';
    expect(timeoutsInOrder([row, '- `connect < 2 s`'].join('\n'), [haproxy])).toEqual([
      'infra/haproxy/haproxy.cfg sets inter, which the table of docs/timeouts.md does not name',
    ]);
  });

  it('may be made of others', () => {
    const lease = { path: 'apps/payment/src/provider.ts', text: 'this.leaseMs = 2 * config.callDeadlineMs + 2_000;' };
    const config = {
      path: 'apps/payment/src/config.ts',
      text: "callDeadlineMs: setting('X', z.int().max(8_000).default(5_000)),",
    };
    const rows = [
      '| call | 5 s | [`config.ts`](../apps/payment/src/config.ts) `callDeadlineMs` | |',
      '| claim | 12 s | [`provider.ts`](../apps/payment/src/provider.ts) `leaseMs` | |',
    ];
    const rules = ['- `call < claim`', '- `claim = 2 x call + 2 s`'];
    expect(timeoutsInOrder([...rows, ...rules].join('\n'), [lease, config])).toEqual([]);
    expect(timeoutsInOrder([rows[1], rules[0]].join('\n'), [lease, config])).toContain(
      'claim: leaseMs is made of callDeadlineMs, which has no row',
    );
  });
});

describe('the order of the timeouts', () => {
  it('is worked out from the values: a chain that breaks names the link', () => {
    const wrong = page.replace('| 3 s |', '| 4 s |');
    expect(timeoutsInOrder(wrong, [tuning('4_000'), roles()])).toEqual([
      '2 x publish timeout (8 s) must be < idle in transaction (8 s)',
    ]);
    const late = page.replace('| 8 s |', '| 12 s |');
    expect(timeoutsInOrder(late, [tuning('3_000'), roles("SET idle_in_transaction_session_timeout = '12s';")])).toEqual([
      'idle in transaction (12 s) must be < 10 s (10 s)',
    ]);
  });

  it('names only what the table has', () => {
    expect(timeoutsInOrder(page.replace('2 x publish', '2 x published'), [tuning('3_000'), roles()])).toEqual([
      'the order "2 x published timeout < idle in transaction < 10 s" names "published timeout", which no row of the table does',
    ]);
  });

  it('is not empty: a page that could not be read is no page without problems', () => {
    expect(timeoutsInOrder(page.replace(rule, ''), [tuning('3_000'), roles()])).toEqual([
      'docs/timeouts.md has no table, or no order',
    ]);
  });
});

describe('a length of time in the configuration', () => {
  it('stands in the table', () => {
    const files = [
      tuning('3_000'),
      roles("SET idle_in_transaction_session_timeout = '8s';\nSET lock_timeout = '1s';"),
      { path: 'libs/service/src/drain.ts', text: 'const STOP_WITHIN_MS = 30_000;' },
      { path: 'infra/nginx/nginx.conf', text: '  proxy_read_timeout 15s; # not connect_timeout 1s' },
      { path: 'infra/nginx/container.conf.template', text: '  keepalive_timeout 60s;' },
      { path: 'libs/service/src/drain.spec.ts', text: 'const WAIT_MS = 1;' },
    ];
    expect(timeoutsInOrder(page, files)).toEqual([
      'infra/postgres/service.sql sets lock_timeout, which the table of docs/timeouts.md does not name',
      'libs/service/src/drain.ts sets STOP_WITHIN_MS, which the table of docs/timeouts.md does not name',
      'infra/nginx/nginx.conf sets proxy_read_timeout, which the table of docs/timeouts.md does not name',
      'infra/nginx/container.conf.template sets keepalive_timeout, which the table of docs/timeouts.md does not name',
    ]);
  });
});
