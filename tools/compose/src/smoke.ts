import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import {
  build,
  compose,
  containersOf,
  docker,
  down,
  imageSizes,
  memoryOfContainers,
  type Project,
  tryDocker,
  up,
} from '@waybill/containers';
import {
  auditWhenQuiet,
  type Load,
  placeOrders,
  readEvidence,
  runningContainers,
  type RunningStack,
  TELL_PASSWORDS,
} from '@waybill/demo';
import { PASSWORD_SECRETS } from '@waybill/deploy';
import { table } from '@waybill/kit';
import { otherSecretsUnderLoad } from './other-secrets.ts';
import { otherVersionIsRefused } from './other-version.ts';
import { rightsAreAsNatively } from './rights.ts';
import type { Smoke } from './types.ts';

/** Mails and messages that are still under way when the last order is accepted, after a kill longer than without. */
const AUDIT_GRACE_MS = 60_000;
/** Slow enough for a kill to come between them. */
const ORDERS_PER_SECOND = 20;

/** Docker's exit code when a container's program is not there. */
const NOT_FOUND = 127;

interface Run extends Smoke {
  /** Orders so far: as many requests must be in the client's ledger, or it was lost with a volume. */
  placed: number;
}

/** Throws a sentence at the first thing that is not as promised. Resolves to the number of orders that are accounted for. */
export async function smoke({ project, say, signal }: Smoke): Promise<number> {
  const run: Run = { project, say, signal, placed: 0 };
  const quietly = { report: () => undefined, signal };
  say('building the images');
  await build(project, quietly);
  const sizes = await imageSizes(project);
  console.log(`\n${table(sizes.map(([image, bytes]) => [image, megabytes(bytes), 'MB']))}\n`);

  say('no shell in an image of ours');
  await haveNoShell(sizes.map(([image]) => image));

  say('a volume of another major version of PostgreSQL');
  await otherVersionIsRefused(run);

  say('starting everything');
  await up(project, quietly);
  say('everything is healthy');
  await ordersAndAudit(run, 'first', 100);

  say('the other balancer, and what Prometheus sees');
  const { urls } = await runningContainers(project);
  await answers(`${urls['haproxy']}/api/products`);
  for (const balancer of ['edge', 'haproxy']) await refusesAsProblem(new URL(urls[balancer]!));
  await seesEverything(urls['prometheus']!, signal);
  await answers(`${urls['operations']}/learn/`);
  await tellsPasswords(project);

  say('killing order-1 and payment-1 while orders are placed');
  await placeAnd(run, 'killed', 60, () => kill(project, 'order-1', 'payment-1'));
  await auditAll(run);

  say('killing both brokers while orders are placed');
  // Some customers wait for their order to be confirmed, to cancel it then: the brokers have to come back meanwhile.
  const killAndStart = () => kill(project, 'rabbitmq-1', 'kafka-1').then(() => up(project, quietly));
  await placeAnd(run, 'without-brokers', 40, killAndStart);
  await auditAll(run);

  say('another value for every secret while requests go through both balancers');
  run.placed += await otherSecretsUnderLoad(run);
  await auditAll(run);

  say('no replica of notification');
  await compose(project, ['stop', 'notification']);
  await isUnavailable(await runningContainers(project), '/api/notifications?orderId=0199c1de-5b1a-7c3e-9d4f-0123456789ab');

  say('four replicas of payment');
  await up(project, quietly, ['--scale', 'payment=4']);
  const containers = await containersOf(project);
  const payments = containers.filter(({ service, healthy }) => service === 'payment' && healthy);
  if (payments.length !== 4) throw new Error(`There are ${payments.length} healthy replicas of payment instead of 4.`);
  await ordersAndAudit(run, 'scaled', 40);
  console.log(`\n${memoryTable([...(await memoryOfContainers(containers))])}\n`);

  say('down, and up again');
  await down(project, { forget: false });
  await up(project, quietly);
  const orders = await ordersAndAudit(run, 'again', 20);

  say('each user of the servers tries each right');
  await rightsAreAsNatively(run);

  say('down with its volumes');
  await down(project, { forget: true });
  const left = await docker(['volume', 'ls', '--quiet', '--filter', `label=com.docker.compose.project=${project.name}`]);
  if (left !== '') throw new Error(`Volumes are left: ${left}`);
  return orders;
}

/** nginx's alone is made on an image of others. */
async function haveNoShell(images: readonly string[]): Promise<void> {
  const ours = /^waybill\/(?!nginx:)/;
  for (const image of images.filter((name) => ours.test(name)))
    for (const tool of ['/bin/sh', '/bin/bash', 'npm', 'busybox']) {
      const { code } = await tryDocker(['run', '--rm', '--network', 'none', '--entrypoint', tool, image, '--version']);
      if (code !== NOT_FOUND) throw new Error(`${image} has ${tool}.`);
    }
}

async function ordersAndAudit(run: Run, name: string, count: number): Promise<number> {
  await place(run, name, count);
  return auditAll(run);
}

async function place(run: Run, name: string, count: number, load: Partial<Load> = {}): Promise<void> {
  await placeOrders(await runningContainers(run.project), { run: name, count, signal: run.signal, ...load });
  run.placed += count;
  run.say(`${count} orders placed`);
}

/** Breaks something when a third of the orders is accepted, while the others go on coming. */
async function placeAnd(run: Run, name: string, count: number, breakSomething: () => Promise<unknown>): Promise<void> {
  const third = Promise.withResolvers<void>();
  let accepted = 0;
  const load = { perSecond: ORDERS_PER_SECOND, accepted: () => ++accepted >= count / 3 && third.resolve() };
  const placed = place(run, name, count, load).finally(() => third.resolve());
  await Promise.all([placed, third.promise.then(breakSomething)]);
}

/** Holds all orders that were ever placed against the databases and the ledgers of the outside world. */
async function auditAll({ project, say, signal, placed }: Run): Promise<number> {
  const stack = await runningContainers(project);
  const { evidence, violations } = await auditWhenQuiet(() => readEvidence(stack), { graceMs: AUDIT_GRACE_MS, signal });
  if (violations.length > 0) throw new Error(['The audit found:', ...violations].join('\n  '));
  const failed = evidence.requests.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0)
    throw new Error(`${failed.length} orders were not accepted, the first one because ${failed[0]!.failure}`);
  if (evidence.requests.length !== placed)
    throw new Error(`The client's ledger has ${evidence.requests.length} of ${placed} requests.`);
  say(`${evidence.orders.length} orders in all are accounted for`);
  return evidence.orders.length;
}

/** By the command that the demo prints. */
async function tellsPasswords(project: Project): Promise<void> {
  const told = await compose(project, ['run', '--rm', '-T', '--no-deps', 'secrets', 'node', '--print', TELL_PASSWORDS]);
  const silent = PASSWORD_SECRETS.filter((name) => !new RegExp(`^${name}:\\S{8,}$`, 'm').test(told));
  if (silent.length > 0) throw new Error(`The command that shows passwords says nothing of ${silent.join(', ')}.`);
}

async function answers(url: string): Promise<void> {
  const { status } = await fetch(url);
  if (status !== 200) throw new Error(`${url} answers ${status} instead of 200.`);
}

/** What is no HTTP ends in the balancer's parser, before any rule: HAProxy of the containers can say that as nginx does. */
async function refusesAsProblem({ hostname, port }: URL): Promise<void> {
  const socket = connect({ host: hostname, port: Number(port) });
  socket.end('hello\r\n\r\n');
  const answer = await text(socket);
  if (!/^HTTP\/1\.1 400 [^]*^content-type: application\/problem\+json\r$/im.test(answer))
    throw new Error(`What is no HTTP is not answered with a problem at port ${port}: ${answer}`);
}

/** A target is asked every five seconds; one that was slow to answer is asked once more. */
async function seesEverything(prometheus: string, signal: AbortSignal): Promise<void> {
  for (let tries = 60; ; tries--) {
    const answer = await fetch(`${prometheus}api/v1/query?query=up`);
    const { data } = (await answer.json()) as { data: { result: { metric: { job: string }; value: [number, string] }[] } };
    const unseen = data.result.filter(({ value: [, up] }) => up !== '1').map(({ metric }) => metric.job);
    if (unseen.length === 0 && data.result.some(({ metric }) => metric.job === 'haproxy')) return;
    if (tries === 0) throw new Error(`Prometheus does not see ${unseen.join(', ')}.`);
    await delay(1_000, undefined, { signal });
  }
}

/** A client reads nginx's own errors as it reads those of the services. */
async function isUnavailable({ edge }: RunningStack, path: string): Promise<void> {
  const { status, headers } = await fetch(edge + path);
  const answer = `${status} ${headers.get('content-type')}, Retry-After ${headers.get('retry-after')}`;
  const wanted = '503 application/problem+json, Retry-After 1';
  if (answer !== wanted) throw new Error(`${path} answers ${answer} instead of ${wanted}.`);
}

const kill = (project: Project, ...units: readonly string[]) =>
  docker(['kill', ...units.map((unit) => `${project.name}-${unit}`)]);

function memoryTable(rows: readonly (readonly [name: string, bytes: number])[]): string {
  const all = ['together', rows.reduce((sum, [, bytes]) => sum + bytes, 0)] as const;
  return table([...rows, all].map(([name, bytes]) => [name, megabytes(bytes), 'MB']));
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
