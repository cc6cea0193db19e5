import { debugPorts } from '../service-facts.ts';

const inWords = (ports: Readonly<Record<string, number>>) =>
  Object.entries(ports)
    .map(([name, port]) => `${name} ${port}`)
    .join(', ');

const VERBS: Record<string, { usage: string; what: string; more?: readonly string[] }> = {
  up: {
    usage: 'up [--only P,P] [--with P,P] [--break-it]',
    what: 'start everything and wait until it is ready; it goes on running when this command ends',
    more: [
      '--only starts these parts alone; --with starts optional ones too, also beside what runs: haproxy.',
      '--break-it: the console may break what runs, as in a demo. Ask for it at the start: it cannot join what runs.',
      'Ctrl-C before that ends what was started. A process that ends by itself is started again.',
    ],
  },
  down: { usage: 'down [--purge]', what: 'end everything cleanly; --purge also removes its data, logs and passwords' },
  status: {
    usage: 'status [--json]',
    what: 'each service with its replicas, how many are healthy and their memory, and the addresses that answer',
    more: [
      '--processes: each process with its pid, state, restarts and ports. --with docker: the same about the containers.',
      'starting, ready, suspended, stopping, stopped; not healthy: it runs and does not answer; restarting: it ended and comes back;',
      'crash-looping: it ended three times in a row, and is tried again every few seconds; left over: its supervisor is gone.',
    ],
  },
  logs: { usage: 'logs NAME [-f]', what: 'the last lines of one log; -f goes on showing what comes' },
  stop: { usage: 'stop NAME ...', what: 'end a process cleanly; it stays down' },
  kill: { usage: 'kill NAME ...', what: 'kill -9; it comes back by itself' },
  suspend: { usage: 'suspend NAME ...', what: 'SIGSTOP: it keeps what it holds and answers nobody, until it is resumed' },
  resume: { usage: 'resume NAME ...', what: 'SIGCONT: it goes on where it was' },
  start: { usage: 'start NAME ...', what: 'start what was stopped and wait until it is ready' },
  restart: {
    usage: 'restart NAME ...',
    what: 'stop and start; --rolling: one replica after the other, and no request fails',
    more: [
      'restart --rolling [SERVICE|REPLICA ...]   every service when nobody is named. A replica drains, ends,',
      'starts and is back in the balancers before the next one goes; it is left alone when no other could stand in for it.',
    ],
  },
  reload: {
    usage: 'reload NAME ...',
    what: 'nginx, haproxy, postgres: go on with the configuration as it is now, without a stop',
  },
  deploy: {
    usage: 'deploy',
    what: 'the steps before a new version: migrations, users and rights, queues and topics as the code has them now',
    more: [
      'Nothing is restarted. Before the services of a version that sends something new; after somebody removed a queue or a topic.',
    ],
  },
  'rotate-signing-key': {
    usage: 'rotate-signing-key',
    what: 'another key signs tokens from now on; nothing is restarted, and what the old one has signed stays good',
    more: ['The next key must have been published for a minute: before that it says when to ask again.'],
  },
  certificates: {
    usage: 'certificates [rotate]',
    what: 'who shows which certificate at which port, and until when it is believed; rotate: new ones for everybody',
    more: [
      'Each start makes new ones too, and they live for 90 days. Nothing is restarted by rotate, and no request fails.',
      'It ends when each port shows its new certificate, and says who did not take it. --with docker: of the system in containers,',
      'whose ports nobody reaches to ask.',
    ],
  },
  secrets: {
    usage: 'secrets [rotate [NAME ...]]',
    what: 'which secrets there are, who knows them and since when; rotate: another value for these, or for all',
    more: [
      'All are also the signing key. No value is ever printed. No request fails: who signs in reads the secret of that moment, and open connections stay.',
      'Some are read at the start of a broker alone, which is then started again: orders are accepted meanwhile, and wait.',
      'One that was cut off goes on when it is asked for again. --with docker: of the system in containers.',
    ],
  },
  psql: {
    usage: 'psql SERVICE [-- SQL]',
    what: "a prompt in a service's database, or one statement and its rows",
    more: [
      'It signs in as the service does: rows, no DDL, ten seconds for a statement. \\d lists tables, \\d TABLE its columns.',
      'A pipe works too: echo "SELECT 1" | npm run stack -- psql order. --json prints rows as JSON; it comes before the --.',
    ],
  },
  queues: { usage: 'queues [--json]', what: 'RabbitMQ: what waits in each queue, what is in hand, how many consume' },
  topics: { usage: 'topics [--json]', what: 'Kafka: partitions and end offsets of each topic, and how far behind each group is' },
  wire: {
    usage: 'wire [--seconds N]',
    what: 'captures the loopback interface, and says what somebody without a key could read at each port',
    more: [
      'For 30 s, or N: place orders meanwhile. It looks for tokens, addresses, ways to pay, SQL and every secret of this instance.',
      'Exit code 1 when something of it went over a port that is encrypted. It needs root, or sudo without a password.',
      'WAYBILL_TLS=off npm run stack -- up shows what there is to read. --json for programs.',
    ],
  },
  'dead-letters': {
    usage: 'dead-letters [WHAT ID ...]',
    what: 'messages that are not tried again by themselves: list, groups, show, redrive, discard, acts, make',
    more: [
      'dead-letters [list] [--service NAME] [--limit N] [--after ID]   oldest first, 20 to a page; --waiting: what waits to be tried',
      'dead-letters groups                                             how many failed alike: by type, and by error without its numbers',
      'dead-letters show ID                                            every error, where it came from, its trace and body',
      'dead-letters redrive ID ...                                     all their attempts again, now; also what waits',
      'dead-letters redrive --like ID [--per-second N]                 every dead letter that failed like this one, N in each second',
      'dead-letters discard ID ... --reason TEXT                       given up, and kept with the reason; also what waits',
      'dead-letters discard --like ID --reason TEXT                    every dead letter that failed like this one',
      'dead-letters acts                                               what was redriven and discarded, when and why: newest first',
      'dead-letters make [N]                                           sends commands about no order, which become dead letters',
      'An ID is payment/12, or 12 beside --service payment. --json for list, groups, show and acts.',
      'It asks a replica of the service. --with docker: of the system in containers.',
    ],
  },
  'outside-world': {
    usage: 'outside-world PATH [FAULTS]',
    what: 'what the payment provider and the mail server have seen, and the faults that they play',
    more: [
      'outside-world /ledger/charges, /ledger/mails                    one line of JSON for each call, and for each mail',
      'outside-world /faults                                           which faults are on',
      `outside-world /faults '{"provider":{"down":true}}'              these, and no others; '{}' heals everything`,
      'apps/outside-world/README.md names them all. --with docker: of the system in containers.',
    ],
  },
  'erase-customer': {
    usage: 'erase-customer ID',
    what: 'every service forgets this customer; sums and outcomes of the orders stay, under a name that says nothing',
    more: [
      'An order that is not settled is erased when it is. Asking again joins an erasure that goes on.',
      'What the payment provider and the mail server keep is theirs: docs/retention.md lists it.',
      'It asks a replica of order. --with docker: of the system in containers.',
    ],
  },
  dev: {
    usage: 'dev SERVICE',
    what: 'one replica from the sources, started anew at every save, with a debugger port; Ctrl-C gives it back',
    more: [`Ports for a debugger: ${inWords(debugPorts)} (.vscode/launch.json attaches).`],
  },
};

/** The help of one verb, or of all. */
export function helpOf(verb?: string): string {
  const known = verb === undefined ? undefined : VERBS[verb];
  if (known) return [`npm run stack -- ${known.usage}`, known.what, ...(known.more ?? [])].join('\n  ');
  const lines = Object.values(VERBS).map(({ usage, what }) => `  ${usage.padEnd(28)}${what}`);
  return [
    'npm run stack -- VERB',
    '',
    ...lines,
    '',
    '  --instance NAME             work on another copy, with ports and data of its own (.stack-NAME)',
    '  VERB --help                 more about one of them',
  ].join('\n');
}
