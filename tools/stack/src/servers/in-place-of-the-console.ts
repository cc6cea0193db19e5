import { type ActivityItem, ActivitySubscriber, type SubscriberKeys } from '@waybill/activity';
import { feedKeyFiles, feedKeysSecretOf, Secrets } from '@waybill/deploy';
import { instanceOf } from '../instance.ts';
import { SpanSink } from './span-sink.ts';

/** For specs: hears what the services tell the console, every span and every item of the live feed, and forgets none. */
export class InPlaceOfTheConsole {
  readonly sink = new SpanSink();
  readonly items: ActivityItem[] = [];
  #feed: ActivitySubscriber | undefined;

  /** Before the instance is up: its services are told by this process's environment whom to tell. */
  async listen(instance: string): Promise<void> {
    process.env['WAYBILL_OTLP_ENDPOINT'] = await this.sink.start();
    process.env['WAYBILL_TRACES_PER_SECOND'] = '1000';
    // The keys that the start will find there.
    const secrets = new Secrets(instanceOf(instance).paths.secrets);
    const keys = feedKeyFiles((name) => secrets.value(name))[feedKeysSecretOf('console')]!;
    this.#feed = new ActivitySubscriber({
      listen: 'tcp://127.0.0.1:*',
      keys: JSON.parse(keys) as SubscriberKeys,
      onItem: (item) => void this.items.push(item),
    });
    process.env['WAYBILL_FEED_ADDRESS'] = await this.#feed.open();
  }

  /** How many items of the feed were sent and did not come. */
  get lost(): number {
    return this.#feed!.totals.lost;
  }

  end(): void {
    this.#feed?.close();
    this.sink.end();
  }
}
