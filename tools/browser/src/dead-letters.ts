import assert from 'node:assert/strict';
import { projectRoot, run } from '@waybill/kit';
import type { Page } from 'playwright-core';
import type { Journey } from './journey.ts';
import { visit } from './journey.ts';
import { mustBeAccessible, pictures } from './look.ts';

const ERROR = 'Reject: There is no order <id>.';

/** `npm run stack -- ARG ...`, as a person would type it. What it printed. */
const stackCommand = (instance: string, ...args: string[]): Promise<string> =>
  run(process.execPath, [`${projectRoot}/tools/stack/src/main.ts`, ...args, '--instance', instance]);

const inOrder = async <Row>(instance: string, sql: string): Promise<Row[]> =>
  JSON.parse(await stackCommand(instance, 'psql', 'order', sql, '--json')) as Row[];

const group = (page: Page, count: number) =>
  page
    .getByRole('region', { name: 'Given up' })
    .getByRole('row')
    .filter({ hasText: ERROR })
    .filter({ has: page.getByRole('cell', { name: String(count), exact: true }) });

/** The act of a row of the list of acts. */
const act = (page: Page, text: RegExp) =>
  page.getByRole('region', { name: 'What was done' }).getByRole('row', { name: text }).first();

export const deadLetterJourneys: readonly Journey[] = [
  {
    name: 'console: dead letters are found, redriven and handled once their cause is gone, or discarded, and each act is kept',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        const { instance } = around;
        await page.goto('/dead-letters');
        await page.getByText('There is no dead letter.').waitFor();
        // Two commands, over RabbitMQ: the order service knows no such orders.
        const made = await stackCommand(instance, 'dead-letters', 'make', '2');
        const orders = made.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g)!;
        await group(page, 2).waitFor();
        await pictures(page, around.pictures, 'console-dead-letters-groups');

        await page.getByRole('link', { name: ERROR }).click();
        await page.getByRole('button', { name: 'Redrive all' }).waitFor();
        await page.getByText(orders[1]!, { exact: true }).waitFor();
        await pictures(page, around.pictures, 'console-dead-letters-group');

        const row = page.getByRole('row').filter({ hasText: orders[0]! });
        await row.getByRole('link', { name: /^order\/\d+$/ }).click();
        await page.getByText(`Reject: There is no order ${orders[0]}.`).waitFor();
        await page.getByText('"partitionkey"').waitFor();
        await page.getByRole('link', { name: 'journey of the order' }).waitFor();
        await pictures(page, around.pictures, 'console-dead-letters-one');
        // All of it is in the address.
        await page.reload();
        await page.getByText(`Reject: There is no order ${orders[0]}.`).waitFor();

        // The order was missing, as after a backup that is too old. Now it is there.
        await inOrder(
          instance,
          `INSERT INTO orders (id, customer_id, email, status, total, currency, lines, payment_method, version, placed_at, updated_at)
           VALUES ('${orders[0]}', 'restored', 'ada@example.com', 'confirmed', 1250, 'EUR', '[]', 'pm_ok', 2, now(), now()) RETURNING id`,
        );
        // By the keyboard alone.
        await page.getByRole('button', { name: 'Redrive', exact: true }).focus();
        await page.keyboard.press('Enter');
        await page.getByText('is not parked any more').waitFor();
        // It was handled: it is not dead again, and nobody has discarded it.
        const left = await inOrder<{ key: string }>(
          instance,
          `SELECT key FROM parked WHERE key IN ('${orders.join(`', '`)}') UNION ALL SELECT key FROM discarded WHERE key = '${orders[0]}'`,
        );
        assert.deepEqual(left, [{ key: orders[1] }]);

        // The other order is still missing: its command dies again.
        await page.getByRole('link', { name: 'All groups' }).click();
        await act(page, /redriven 1 order order\/\d+/).waitFor();
        await page.getByRole('link', { name: ERROR }).click();
        await page.getByLabel('in each second').fill('50');
        await page.getByRole('button', { name: 'Redrive all' }).click();
        await page.getByText(/^Redriven: 1\./).waitFor();
        await page.getByText(orders[1]!, { exact: true }).waitFor();

        assert.equal(
          await page.getByRole('button', { name: 'Discard all' }).isDisabled(),
          true,
          'it is discarded without a reason',
        );
        await page.getByPlaceholder('Reason').fill('an order of a test');
        await page.getByRole('button', { name: 'Discard all' }).click();
        await page.getByText(/^Discarded: 1\./).waitFor();
        await page.getByRole('link', { name: 'All groups' }).click();
        await page.getByText('There is no dead letter.').waitFor();
        await act(page, /discarded 1 order .*There is no order <id>.* an order of a test/).waitFor();
        await act(page, /redriven 50 in each second 1 order/).waitFor();
        await pictures(page, around.pictures, 'console-dead-letters-acts');

        await page.getByRole('button', { name: '中文' }).click();
        await page.getByText('没有死信。').waitFor();
        await mustBeAccessible(page, 'dead letters in Chinese');
      }),
  },
];
