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
