// `npm run browser`: the pages as a person uses them, in a real browser, on the whole system.
import { parseArgs } from 'node:util';
import { program, type Verdict, verdictOn } from '@waybill/kit';
import { down, status, up } from '@waybill/stack';
import { apiPageJourneys } from './api-page.ts';
import { breakItJourneys } from './break-it.ts';
import { openBrowser } from './browser.ts';
import { chineseJourneys } from './chinese.ts';
import { consoleJourneys } from './console.ts';
import { deadLetterJourneys } from './dead-letters.ts';
import { httpsJourneys, NAME, trustOf } from './https.ts';
import { goAll } from './journey.ts';
import { learnJourneys } from './learn.ts';
import { record } from './record.ts';
import { shopJourneys } from './shop.ts';

const HELP = `npm run browser [-- --instance NAME] [--only WORDS] [--pictures DIR] [--keep] [--record] [--json FILE]
Brings a system up, walks through its pages in a real browser as a person would, and ends it. Each journey is one test.
  --instance NAME  the instance to use (browser)
  --only WORDS     only the journeys whose name has these words
  --pictures DIR   where the pictures of every page go (test-results/pages)
  --keep           leave the system running, and use one that runs
  --record         afterwards record the pictures of README and docs anew, into docs/pictures
  --json FILE      the result for machines`;

await program({ name: 'browser', help: HELP, read: readOptions, run: walk });

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      instance: { type: 'string', default: 'browser' },
      only: { type: 'string', default: '' },
      pictures: { type: 'string', default: 'test-results/pages' },
      keep: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  return values;
}

async function walk(
  { instance, only, pictures, keep, record: recorded }: ReturnType<typeof readOptions>,
  signal: AbortSignal,
): Promise<Verdict> {
  // A dead letter makes no verdict clean: those who make some come last.
  const all = [
    ...shopJourneys,
    ...httpsJourneys,
    ...apiPageJourneys,
    ...consoleJourneys,
    ...learnJourneys,
    ...chineseJourneys,
    ...breakItJourneys,
    ...deadLetterJourneys,
  ];
  const journeys = all.filter(({ name }) => name.includes(only));
  if (journeys.length === 0) throw new Error(`No journey has "${only}" in its name.`);
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { passed: 0, failed: 0, skipped: journeys.length, note: 'the browser is there for Linux on x64 alone', details: [] };
  try {
    process.env['WAYBILL_HOST'] = NAME;
    // What is there to be broken is broken by a click.
    await up({ instance, breakIt: true, signal });
    const { urls } = await status(instance);
    const browser = await openBrowser(...(await trustOf(instance)));
    try {
      const around = {
        browser,
        instance,
        shop: urls['edge']!,
        console: urls['operations']!,
        issuer: urls['identity']!,
        pictures,
      };
      const results = await goAll(journeys, around, signal);
      if (recorded) await record(around);
      const problemOf = ({ name, problem }: (typeof results)[number]) => problem && `${name}: ${problem}`;
      return verdictOn(results, problemOf, { note: `${journeys.length} journeys in a real browser`, details: results });
    } finally {
      await browser.close();
    }
  } finally {
    if (!keep) await down({ instance, purge: true });
  }
}
