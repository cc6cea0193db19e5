import { Body, Controller, Get, Put } from '@nestjs/common';
import { only } from './door.js';
import { FaultSwitch } from './fault-switch.js';
import { faultSettings, type FaultSettings } from './faults.js';

@Controller('faults')
@only('operator')
export class FaultRoutes {
  constructor(private readonly faults: FaultSwitch) {}

  @Get()
  read(): FaultSettings {
    return this.faults.settings;
  }

  /** Replaces all settings: what the body does not name is switched off. */
  @Put()
  replace(@Body({ schema: faultSettings }) settings: FaultSettings): FaultSettings {
    this.faults.replace(settings);
    return settings;
  }
}
