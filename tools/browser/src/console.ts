import { once } from 'node:events';
import { createServer } from 'node:net';
import { start, status, stop } from '@waybill/stack';
import type { Journey } from './journey.ts';
import { visit } from './journey.ts';
import { pictures } from './look.ts';

export const consoleJourneys: readonly Journey[] = [
  {
    name: 'console: it opens on the operations origin, in every width, light and dark, readable and accessible',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/');
        // The parts of the system: the service has answered.
        await page.getByText('payment-2').first().waitFor();
        await pictures(page, around.pictures, 'console');
      }),
  },
  {
    name: 'console: an order that is placed there shows its journey over both brokers, until it is confirmed',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/orders');
        await page.getByRole('button', { name: 'Place an order' }).click();
        await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
        await page.getByText('confirmed', { exact: true }).first().waitFor();
        // The last message of an order: what came before it has been seen.
        await page
          .getByRole('button', { name: /notification\.sent\.v1/ })
          .first()
          .waitFor();
        await page.getByRole('button', { name: 'Fewer lines' }).click();
        await pictures(page, around.pictures, 'console-order');
      }),
  },
  {
    name: 'console: a page whose console has gone says so; a live feed that is cut says so, and is told when it is heard again',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/');
        await page.getByText('Live feed: every order is told').waitFor();
        const port = await feedPort(around.instance);
        await stop('console', around.instance);
        await page.getByText('no connection: trying again').waitFor();
        // Somebody else has the port when the console comes back.
        const other = createServer().listen(port, '127.0.0.1');
        await once(other, 'listening');
        try {
          await start('console', around.instance);
          await page.getByText(/^Live feed is cut: .*in use/).waitFor();
        } finally {
          other.close();
        }
        await page.getByText('Live feed: every order is told').waitFor();
      }),
  },
  {
    name: 'console: every other page is readable and accessible',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        for (const name of ['Orders', 'Break it', 'Dead letters', 'Contracts', 'Measure', 'Processes']) {
          await page.goto('/');
          await page.getByRole('link', { name, exact: true }).click();
          await page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
          await pictures(page, around.pictures, `console-${name.toLowerCase().replace(' ', '-')}`);
        }
      }),
  },
];

async function feedPort(instance: string): Promise<number> {
  const { services } = await status(instance);
  return services.find(({ name }) => name === 'console')!.ports['feed']!;
}
