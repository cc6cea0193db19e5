import * as units from '@grafana/grafana-foundation-sdk/units';
import { SERVICES } from '@waybill/contracts';
import { board } from './board.ts';
import { graph, upOrDown } from './panels.ts';

/** The databases of the services: PostgreSQL's own are none of this board's business. */
const OURS = `datname=~"${SERVICES.join('|')}"`;

/** HAProxy's backends of the services, with checks. */
const BALANCED = `proxy=~"${SERVICES.join('|')}"`;

export const runtime = board({
  uid: 'waybill-runtime',
  title: '6 PostgreSQL and Node',
  question: 'Is it the database or the process that makes everything slow?',
  normal:
    'Normal: event loops late by less than 50 ms, no request waits for a connection, connections far below what PostgreSQL allows, rollbacks and deadlocks near 0, nearly every block found in memory.',
  rows: [
    {
      title: 'PostgreSQL',
      panels: [
        graph(
          {
            title: 'Transactions',
            says: 'Commits per second and database. One transaction handles a whole batch of messages: fewer than messages is right.',
            unit: units.OpsPerSecond,
            width: 8,
          },
          { '{{datname}}': `sum by (datname) (rate(pg_stat_database_xact_commit{${OURS}}[$__rate_interval]))` },
        ),
        graph(
          {
            title: 'Rolled back',
            says: 'Transactions per second. A batch with a message that fails is rolled back once; more than a few point at lock timeouts.',
            unit: units.OpsPerSecond,
            width: 8,
          },
          { '{{datname}}': `sum by (datname) (rate(pg_stat_database_xact_rollback{${OURS}}[$__rate_interval]))` },
        ),
        graph(
          {
            title: 'Deadlocks',
            says: 'In the last 5 minutes. 0: statements touch rows in the order of their key.',
            unit: units.Short,
            width: 8,
            colors: ['green', [1, 'red']],
          },
          { '{{datname}}': `sum by (datname) (increase(pg_stat_database_deadlocks{${OURS}}[5m]))` },
        ),
        graph(
          {
            title: 'Connections',
            says: 'By database and state, and the limit. `idle in transaction` that stays is a process that was suspended: PostgreSQL frees what it holds.',
            unit: units.Short,
            width: 12,
          },
          {
            '{{datname}} {{state}}': `sum by (datname, state) (pg_stat_activity_count{${OURS}}) > 0`,
            limit: 'max(pg_settings_max_connections)',
          },
        ),
        graph(
          {
            title: 'Locks held',
            says: 'By mode. The relay holds one advisory lock for each lane while it publishes.',
            unit: units.Short,
            width: 12,
          },
          { '{{mode}}': `sum by (mode) (pg_locks_count{${OURS}})` },
        ),
        graph(
          {
            title: 'Blocks found in memory',
            says: 'Of all blocks that were read. Falls when the data outgrows shared_buffers.',
            unit: units.PercentUnit,
            width: 8,
            most: 1,
          },
          {
            '{{datname}}': `sum by (datname) (rate(pg_stat_database_blks_hit{${OURS}}[$__rate_interval])) / sum by (datname) (rate(pg_stat_database_blks_hit{${OURS}}[$__rate_interval]) + rate(pg_stat_database_blks_read{${OURS}}[$__rate_interval]))`,
          },
        ),
        graph(
          {
            title: 'Rows written',
            says: 'Inserted, updated and deleted per second, over all databases. An outbox row is inserted and deleted.',
            unit: units.RowsPerSecond,
            width: 8,
          },
          {
            inserted: `sum(rate(pg_stat_database_tup_inserted{${OURS}}[$__rate_interval]))`,
            updated: `sum(rate(pg_stat_database_tup_updated{${OURS}}[$__rate_interval]))`,
            deleted: `sum(rate(pg_stat_database_tup_deleted{${OURS}}[$__rate_interval]))`,
          },
        ),
        graph(
          {
            title: 'Size',
            says: 'Grows with the orders; the inbox is dropped by day, after what the topics keep.',
            unit: units.BytesIEC,
            width: 8,
          },
          { '{{datname}}': `sum by (datname) (pg_database_size_bytes{${OURS}})` },
        ),
      ],
    },
    {
      title: 'Pools: between the services and PostgreSQL',
      panels: [
        graph(
          {
            title: 'Busy connections',
            says: 'Of each replica and use. Each use has its own pool. No use takes the connections of another.',
            unit: units.Short,
            width: 12,
          },
          {
            '{{instance}} {{pool}}': 'waybill_pool_connections{state="busy"}',
            'limit of {{pool}}': 'max by (pool) (waybill_pool_max_connections)',
          },
        ),
        graph(
          {
            title: 'Requests that wait for a connection',
            says: '0 but for moments. All the time: transactions are too long, or the load is too much for one replica.',
            unit: units.Short,
            width: 12,
            alerts: ['PoolExhausted'],
            colors: ['green', [5, 'yellow'], [20, 'red']],
          },
          { '{{instance}} {{pool}}': 'waybill_pool_connections{state="waiting"}' },
        ),
      ],
    },
    {
      title: 'Node',
      panels: [
        graph(
          {
            title: 'Event loop late by, 99 % within',
            says: 'How long a callback waits for its turn. Above 100 ms the process has too much to do, or no processor.',
            unit: units.Seconds,
            width: 8,
            alerts: ['EventLoopBlocked'],
            colors: ['green', [0.1, 'yellow'], [0.5, 'red']],
          },
          { '{{service}} {{instance}}': 'nodejs_eventloop_lag_p99_seconds{job="services"}' },
        ),
        graph(
          {
            title: 'Processor time',
            says: 'Share of one processor: a Node process uses one and a little.',
            unit: units.PercentUnit,
            width: 8,
          },
          { '{{service}} {{instance}}': 'rate(process_cpu_seconds_total{job="services"}[$__rate_interval])' },
        ),
        graph(
          {
            title: 'Garbage collection',
            says: 'Share of the time, by replica. More than a tenth: the heap is too small or something grows.',
            unit: units.PercentUnit,
            width: 8,
          },
          {
            '{{service}} {{instance}}':
              'sum by (service, instance) (rate(nodejs_gc_duration_seconds_sum{job="services"}[$__rate_interval]))',
          },
        ),
        graph(
          {
            title: 'Memory of the process',
            says: 'Resident. In containers a replica may have 320 MB.',
            unit: units.BytesIEC,
            width: 8,
          },
          { '{{service}} {{instance}}': 'process_resident_memory_bytes{job="services"}' },
        ),
        graph(
          {
            title: 'Heap in use',
            says: 'A saw is normal; teeth that begin higher each time are a leak.',
            unit: units.BytesIEC,
            width: 8,
          },
          { '{{service}} {{instance}}': 'nodejs_heap_size_used_bytes{job="services"}' },
        ),
        graph(
          {
            title: 'Until the certificate expires',
            says: 'Each start makes new ones, and so does `npm run stack -- certificates rotate`. They live for 90 days.',
            unit: units.Seconds,
            width: 8,
            alerts: ['CertificateExpires'],
            colors: ['red', [7 * 86_400, 'yellow'], [30 * 86_400, 'green']],
          },
          { '{{instance}}': 'waybill_certificate_expires_timestamp_seconds{job="services"} - time()' },
        ),
      ],
    },
    {
      title: 'What Prometheus sees',
      panels: [
        upOrDown(
          {
            title: 'Servers that answer',
            says: 'PostgreSQL, as its exporter finds it, and all else that is scraped besides the services.',
            alerts: ['DatabaseDown', 'ScrapeTargetMissing'],
            width: 16,
          },
          { PostgreSQL: 'pg_up', 'scrape of {{job}}': 'up{job!~"services|haproxy"}' },
        ),
        graph(
          {
            title: 'Refusals for want of disk or memory',
            says: 'By PostgreSQL, in the last two minutes: its disk or its memory is full or fails. Always 0.',
            unit: units.Short,
            width: 8,
            alerts: ['DatabaseShortage'],
            colors: ['green', [1, 'red']],
          },
          { '{{resource}}': 'resource:database_shortages:increase2m' },
        ),
      ],
    },
    {
      title: 'nginx',
      panels: [
        graph(
          {
            title: 'Requests at the edge',
            says: 'Per second, on both origins: those of the operations origin and of Prometheus too.',
            unit: units.RequestsPerSecond,
            width: 12,
          },
          { requests: 'sum(rate(nginx_http_requests_total[$__rate_interval]))' },
        ),
        graph(
          {
            title: 'Connections of clients',
            says: 'Writing: a request is being answered. Waiting: kept open for the next one.',
            unit: units.Short,
            width: 12,
            stacked: true,
          },
          {
            reading: 'sum(nginx_connections_reading)',
            writing: 'sum(nginx_connections_writing)',
            waiting: 'sum(nginx_connections_waiting)',
          },
        ),
      ],
    },
    {
      title: 'HAProxy, where it runs',
      panels: [
        graph(
          {
            title: 'Requests by service, and answers 5xx',
            says: 'Per second. 5xx are what is left after the other replica was asked.',
            unit: units.RequestsPerSecond,
            width: 8,
          },
          {
            '{{proxy}}': `sum by (proxy) (rate(haproxy_backend_http_requests_total{${BALANCED}}[$__rate_interval]))`,
            '{{proxy}} {{code}}': `sum by (proxy, code) (rate(haproxy_backend_http_responses_total{${BALANCED}, code="5xx"}[$__rate_interval]))`,
          },
        ),
        graph(
          {
            title: 'Asked again of the other replica',
            says: 'Per second. A replica was dying, hanging or just closing its port; the client has seen nothing of it.',
            unit: units.RequestsPerSecond,
            width: 8,
          },
          { '{{proxy}}': `sum by (proxy) (rate(haproxy_backend_redispatch_warnings_total{${BALANCED}}[$__rate_interval]))` },
        ),
        graph(
          {
            title: 'Replicas that its checks find',
            says: 'Two of each service. 0 on a machine that is overloaded: then all are asked all the same.',
            unit: units.Short,
            width: 8,
          },
          { '{{proxy}}': `haproxy_backend_active_servers{${BALANCED}}` },
        ),
      ],
    },
  ],
});
