import { once } from 'node:events';
import { createServer } from 'node:net';
import { start, status, stop } from '@waybill/stack';
import { readFileSync } from 'node:fs';
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
    name: 'console: an order that is reloaded in the middle goes on where it is, and its cancel is on the same lifelines',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/orders');
        await page.getByLabel('How it is paid').selectOption('pm_slow');
        await page.getByRole('button', { name: 'Place an order' }).click();
        await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
        await page.getByText('placed', { exact: true }).first().waitFor();
        await page.reload();
        await page.getByRole('button', { name: 'Cancel the order' }).click();
        await page.getByText('cancelled', { exact: true }).first().waitFor();
        // Both requests, and the answer of the second one's trace.
        for (const step of [
          /POST \/api\/orders →/,
          /POST \/api\/orders\/:id\/cancel/,
          /payment\.cancel\.v1/,
          /order\.cancelled\.v1/,
        ])
          await page.getByRole('button', { name: step }).first().waitFor();
      }),
  },
  {
    name: 'console: a step leads to its code, its span and its log lines, and a journey is saved as a picture',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/orders');
        await page.getByRole('button', { name: 'Place an order' }).click();
        await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
        const charge = page.getByRole('button', { name: /payment\.charge\.v\d/ });
        // Written, sent and handled.
        await charge.nth(2).click();
        await page.getByText(/charge-payment\.ts:\d+/).waitFor();
        await page.getByText('@HandlesOutside(paymentCharge)').waitFor();
        await pictures(page, around.pictures, 'console-step');
        const saved = page.waitForEvent('download');
        await page.getByRole('button', { name: 'Save as PNG' }).click();
        mustBePng(readFileSync(await (await saved).path()));
        const jaeger = await page.request.get((await page.getByRole('link', { name: /Jaeger/ }).getAttribute('href'))!);
        if (jaeger.status() !== 503) throw new Error(`Jaeger does not run, and its address answers ${jaeger.status()}.`);
        await page.getByRole('link', { name: /in the log of payment-/ }).click();
        await page.getByText('labels.message_type=payment.charge.v2').first().waitFor();
        await pictures(page, around.pictures, 'console-log');
      }),
  },
  {
    name: 'console: map and journey are presented large, by their address, and Escape ends it',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/?present=1');
        await page.getByText('payment-2').first().waitFor();
        await pictures(page, around.pictures, 'console-presented');
        await page.getByRole('button', { name: 'Place an order' }).click();
        await page.waitForURL(/\/orders\/[0-9a-f-]{36}\?present=1$/);
        await page.getByText('RabbitMQ').first().waitFor();
        await pictures(page, around.pictures, 'console-order-presented');
        await page.keyboard.press('Escape');
        await page.getByRole('link', { name: 'Processes' }).waitFor();
      }),
  },
  {
    name: 'console: a stream of orders begins, moves the map, and ends',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/');
        await page.getByRole('slider').fill('10');
        await page.getByRole('button', { name: 'Start a minute' }).click();
        await page.getByText(/[1-9]\d* accepted/).waitFor();
        await page.locator('.dot').first().waitFor({ state: 'attached' });
        await page.getByRole('button', { name: 'Stop' }).click();
        await page.getByRole('button', { name: 'Start a minute' }).waitFor();
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
          const loading = page.getByText('Loading …');
          while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' });
          await pictures(page, around.pictures, `console-${name.toLowerCase().replace(' ', '-')}`);
        }
      }),
  },
];

async function feedPort(instance: string): Promise<number> {
  const { services } = await status(instance);
  return services.find(({ name }) => name === 'console')!.ports['feed']!;
}

/** A PNG of a journey's size: its head says so. */
function mustBePng(file: Buffer): void {
  if (file.toString('latin1', 1, 4) !== 'PNG') throw new Error('What was saved is no PNG.');
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  if (width < 1_000 || height < 500) throw new Error(`The picture is only ${width} x ${height}.`);
}
