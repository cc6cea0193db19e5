import { Controller, Delete, Get, Header, HttpCode, Logger, Param, Post, Put, UseGuards } from '@nestjs/common';
import { SERVICES } from '@waybill/contracts';
import { Problem } from '../problem.js';
import { SameOrigin } from '../same-origin.js';
import { BreakIt, IsDemo } from './break-it.js';
import { FAULT_NAMES, FAULTS, isOn, type FaultName, type Settings } from './faults.js';
import { ACTS, type Unit } from './units.js';

/** What may be broken here, and how it is. It only reads, so that the page can say why there is nothing to click. */
@Controller('console/api/break-it')
export class ReadBreakIt {
  constructor(private readonly breakIt: BreakIt) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async read() {
    const { ways } = this.breakIt;
    if (!ways) return { on: false };
    const { instance, outsideWorld, units, audits } = ways;
    const problems: string[] = [];
    const unless = <T>(work: Promise<T> | undefined): Promise<T | undefined> =>
      Promise.resolve(work).catch((error: Problem) => void problems.push(error.detail ?? error.message));
    const [found, faults] = await Promise.all([unless(units?.list()), unless(outsideWorld.faults())]);
    return {
      on: true,
      // In containers the page shows the commands of Docker.
      runs: units ? 'processes' : 'containers',
      instance,
      units: found ?? (units ? [] : IN_CONTAINERS),
      faults: faultsOf(faults),
      ...(audits && { audit: audits.state }),
      problems,
    };
  }
}

/** Breaks something, in a demo alone, and for a page of this origin alone. */
@Controller('console/api/break-it')
@UseGuards(SameOrigin, IsDemo)
export class BreakItRoutes {
  private readonly log = new Logger(BreakItRoutes.name);

  constructor(private readonly breakIt: BreakIt) {}

  @Post('units/:name/:act')
  @HttpCode(202)
  async act(@Param('name') name: string, @Param('act') wanted: string) {
    const act = ACTS.find((each) => each === wanted);
    if (!act || !/^[a-z][a-z0-9-]{0,30}$/.test(name)) throw new Problem(404, `There is no act ${wanted} on ${name}.`);
    const { units } = this.breakIt.ways!;
    if (!units) throw new Problem(409, 'In containers the console stops nothing: copy the command.');
    this.log.warn(`${act} ${name}, asked for by the page.`);
    return units.act(name, act);
  }

  @Put('faults/:name')
  async switchOn(@Param('name') name: string) {
    return this.#switch(name, true);
  }

  @Delete('faults/:name')
  async switchOff(@Param('name') name: string) {
    return this.#switch(name, false);
  }

  @Post('audit')
  @HttpCode(202)
  audit() {
    const { audits } = this.breakIt.ways!;
    if (!audits) throw new Problem(409, 'In containers the console cannot read the databases: copy the command.');
    return audits.start();
  }

  async #switch(wanted: string, on: boolean) {
    const name = FAULT_NAMES.find((each) => each === wanted);
    if (!name) throw new Problem(404, `There is no fault ${wanted}.`);
    this.log.warn(`${name} ${on ? 'on' : 'off'}, asked for by the page.`);
    return faultsOf(await this.breakIt.ways!.outsideWorld.switch(name, on));
  }
}

/** How they are the console does not see there; it knows their names by the contracts and by what always runs. */
const IN_CONTAINERS: readonly Pick<Unit, 'name' | 'group' | 'acts'>[] = [
  ...SERVICES.flatMap((service) =>
    [1, 2].map((replica) => ({ name: `${service}-${replica}`, group: 'replica' as const, acts: [...ACTS] })),
  ),
  ...['postgres', 'rabbitmq', 'kafka', 'nginx'].map((name) => ({ name, group: 'server' as const, acts: [...ACTS] })),
];

interface FaultView {
  readonly name: FaultName;
  readonly settings: Settings;
  /** Left out: the outside world does not answer. */
  readonly on?: boolean;
}

const faultsOf = (now: Settings | undefined): readonly FaultView[] =>
  FAULT_NAMES.map((name) => ({ name, settings: FAULTS[name], ...(now && { on: isOn(name, now) }) }));
