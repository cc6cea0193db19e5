// A sender in its own process, so that it can be killed: it sends at a pace, and notes each message before it sends it (`s`) and
// when its way has confirmed it (`c`).
import { appendFileSync } from 'node:fs';
import { paced } from '../paced.ts';
import { glimpse, type Place, type Way } from './glimpse.ts';
import { senderOf } from './senders.ts';

export interface Sending {
  readonly way: Way;
  readonly place: Place;
  readonly perSecond: number;
  readonly note: string;
}

process.once('message', ({ way, place, perSecond, note }: Sending) => {
  void senderOf[way](place).then((sender) =>
    paced(
      perSecond,
      () => true,
      async (number) => {
        appendFileSync(note, `s ${number}\n`);
        await sender.send(glimpse(number));
        appendFileSync(note, `c ${number}\n`);
      },
    ),
  );
});
process.on('disconnect', () => process.exit());
