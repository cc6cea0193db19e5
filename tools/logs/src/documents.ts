import { pipeline } from './fixtures.ts';
import { get, type Event } from './logstash/event.ts';
import { filtered } from './logstash/run.ts';

/** What the pipeline's output writes of the events, with the name under which it writes it. */
export const documentsOf = (events: readonly Event[]): { id: string; source: Event }[] =>
  events.flatMap((event) => {
    const made = filtered(pipeline, event);
    if (!made) return [];
    const { '@metadata': _, ...source } = made;
    return [{ id: get(made, '[@metadata][fingerprint]') as string, source }];
  });
