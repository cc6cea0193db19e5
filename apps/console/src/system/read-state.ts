import { Controller, Get, Header, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Feed } from '../live/feed.js';
import { LiveStream } from '../live/live-stream.js';
import { Prometheus } from './prometheus.js';
import { Replicas } from './replicas.js';
import { readState, type SystemState } from './system-state.js';

const LOOK_EVERY_MS = 2_000;

/** Looks as long as somebody listens, and tells all of them at once. An idle console asks nobody anything. */
@Injectable()
export class SystemWatch implements OnApplicationShutdown {
  #reading: Promise<SystemState> | undefined;
  readonly #timer = setInterval(() => {
    if (this.stream.listeners > 0) this.#tell();
  }, LOOK_EVERY_MS);

  constructor(
    private readonly replicas: Replicas,
    private readonly prometheus: Prometheus,
    private readonly feed: Feed,
    private readonly stream: LiveStream,
  ) {
    stream.onListener(() => this.#tell());
  }

  #tell(): void {
    void this.read().then((state) => this.stream.state(state));
  }

  /** Who asks while a reading is under way gets that one. */
  read(): Promise<SystemState> {
    return (this.#reading ??= readState(this.replicas, this.prometheus, this.feed).finally(() => (this.#reading = undefined)));
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }
}

@Controller('console/api/state')
export class ReadState {
  constructor(private readonly watch: SystemWatch) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  state(): Promise<SystemState> {
    return this.watch.read();
  }
}
