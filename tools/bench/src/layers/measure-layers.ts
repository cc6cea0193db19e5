import type { Report } from '@waybill/kit';
import { calibrate, Machine, type Calibration } from '../machine/calibration.ts';
import { cpuOfAll } from '../systems/processes.ts';
import type { Servers } from '../systems/servers.ts';
import { interleaved } from '../interleaved.ts';
import { acceptLayer } from './accept.ts';
import { commitLayer } from './commit.ts';
import { consumeLayer } from './consume.ts';
import type { Layer } from './layer.ts';
import { publishLayers } from './publish.ts';
import { relayLayer } from './relay.ts';
import { layerWorld } from './world.ts';

/** Every way of a layer in the same round. */
export interface LayerRound extends Calibration {
  readonly layer: string;
  readonly unit: string;
  readonly raw: string;
  readonly round: number;
  readonly perSecond: Readonly<Record<string, number>>;
  readonly othersShare: number;
}

export const LAYERS = ['accept', 'commit', 'relay', 'publish', 'consume'] as const;

interface Options {
  readonly only: string | undefined;
  readonly rounds: number;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Where each round goes as soon as it is measured. */
  readonly measured: LayerRound[];
}

/** Measures each layer beside its raw limit, and with one choice off at a time. The first run of each way only warms up. */
export async function measureLayers(servers: Servers, { only, rounds, report, signal, measured }: Options): Promise<void> {
  const world = await layerWorld(servers);
  const run = async (layer: Layer) => {
    for (let round = -1; round < rounds; round += 1) {
      signal.throwIfAborted();
      const result = await unlessAborted(oneRound(layer, Math.max(0, round), servers), signal);
      report(`${round < 0 ? 'warming up: ' : ''}${layer.name}: ${told(result.perSecond)}`);
      if (round >= 0) measured.push(result);
    }
  };
  const wanted = (name: string) => only === undefined || only === name;
  try {
    if (wanted('commit')) await run(commitLayer(world));
    if (wanted('relay')) await run(relayLayer(world));
    if (wanted('publish')) {
      const { layers, close } = await publishLayers(world);
      for (const layer of layers) await run(layer);
      await close();
    }
    if (wanted('consume')) await run(consumeLayer(world));
    if (wanted('accept')) {
      const { layer, close } = await acceptLayer(servers);
      try {
        await run(layer);
      } finally {
        await close();
      }
    }
  } finally {
    await world.close();
  }
}

async function oneRound(layer: Layer, round: number, servers: Servers): Promise<LayerRound> {
  const calibration = calibrate(servers.folder);
  const services = {
    services: Object.keys(servers.pids)
      .filter((name) => name.includes('-'))
      .map((name) => servers.pids[name]!),
  };
  const used = () => Object.values(cpuOfAll(servers, services)).reduce((sum, ms) => sum + ms, 0);
  const [before, machine] = [used(), new Machine()];
  const perSecond: Record<string, number> = {};
  // A B C in even rounds, C B A in odd ones.
  const ways = interleaved(Object.entries(layer.ways), 2).filter((way) => way.round === round % 2);
  for (const { thing } of ways) perSecond[thing[0]] = await thing[1]();
  const { name, unit, raw } = layer;
  return { layer: name, unit, raw, round, perSecond, othersShare: machine.othersShare(used() - before), ...calibration };
}

/** What goes on behind an abort ends with the servers. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const told = (perSecond: Readonly<Record<string, number>>) =>
  Object.entries(perSecond)
    .map(([way, value]) => `${way} ${Math.round(value)}/s`)
    .join(', ');
