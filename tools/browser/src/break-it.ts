import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { status } from '@waybill/stack';
import type { Page } from 'playwright-core';
import type { Around, Journey } from './journey.ts';
import { visit } from './journey.ts';
import { pictures } from './look.ts';
import { signInAsOperator } from './sign-in.ts';

/** A killed replica boots, and a claim that it held runs out, before the audit is sure. */
const RECOVERS_WITHIN_MS = 90_000;
const LOOKS_WITHIN_MS = 150_000;

const VICTIM = 'payment-1';
const KILL = `/console/api/break-it/units/${VICTIM}/kill`;

/** Beside each button is one that copies the command for the same. */
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const row = (page: Page) => page.getByRole('listitem').filter({ hasText: VICTIM });
const isRed = (page: Page) => row(page).and(page.locator('.dead')).waitFor();
const isWell = (page: Page) => row(page).and(page.locator(':not(.dead)')).waitFor({ timeout: RECOVERS_WITHIN_MS });

export const breakItJourneys: readonly Journey[] = [
  {
    name: 'break it: payment is killed while orders are under way, is seen red, comes back, and the verdict is clean',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/break');
        await page.getByText('Click on a fault in the list').waitFor();
        await button(page, 'Place 5 orders a second for 20 s').click();
        await page.getByText(/^Sent [1-9]/).waitFor();
        await page.getByRole('link', { name: `Kill ${VICTIM}` }).click();
        await page.waitForURL(`**/break/kill-${VICTIM}`);
        await page.getByText('RabbitMQ gives its commands to the other replica').waitFor();
        await page.getByText(`npm run stack -- kill ${VICTIM} --instance ${around.instance}`).waitFor();
        await button(page, `Kill ${VICTIM}`).click();
        await isRed(page);
        await page.getByText(/was killed, and comes back by itself/).waitFor();
        await isWell(page);
        await row(page).getByText('was away for').waitFor();

        await suspendAndLookAtTheMap(page);

        // All that were sent are accepted: nobody waits any more.
        await page.getByText(/^Sent 100, accepted 100/).waitFor({ timeout: RECOVERS_WITHIN_MS });
        await button(page, 'Ask for the verdict').click();
        // What stands there until it looks is an older verdict.
        await button(page, 'The audit looks …').waitFor();
        await page.getByText(/Every one of \d+ orders is accounted for/).waitFor({ timeout: LOOKS_WITHIN_MS });
        await page.getByRole('cell', { name: 'Charged once if confirmed' }).waitFor();
        await pictures(page, around.pictures, 'console-break-it-verdict');
      }),
  },
  {
    name: 'break it: the provider is switched off and on again, and orders wait meanwhile',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/break/provider-down');
        await page.getByRole('heading', { name: 'Payment provider: It is down' }).waitFor();
        await button(page, 'Switch the fault on').click();
        const isOn = page.locator('li:has(a[href="/break/provider-down"]) strong');
        await isOn.waitFor();
        // By the keyboard, as everything here.
        await button(page, 'Switch it off').focus();
        await page.keyboard.press('Enter');
        await isOn.waitFor({ state: 'detached' });
        await button(page, '中文').click();
        await page.getByRole('heading', { name: '支付服务商：停机' }).waitFor();
        await pictures(page, around.pictures, 'console-break-it-chinese');
      }),
  },
  { name: 'break it: another site’s page cannot kill anything, and the public origin has nothing of it', go: keepsOthersOut },
];

/** It is red for as long as it is suspended, so that the map, which looks every two seconds, shows it for certain. */
async function suspendAndLookAtTheMap(page: Page): Promise<void> {
  const map = await page.context().newPage();
  await map.goto('/');
  await map.getByText(VICTIM).first().waitFor();
  await page.getByRole('link', { name: `Suspend ${VICTIM}` }).click();
  await button(page, `Suspend ${VICTIM}`).click();
  await isRed(page);
  await map.locator('.replicas .down').filter({ hasText: VICTIM }).waitFor();
  await button(page, `Resume ${VICTIM}`).click();
  await isWell(page);
  await map.locator('.replicas .up').filter({ hasText: VICTIM }).waitFor();
  await map.close();
}

async function keepsOthersOut(around: Around): Promise<void> {
  for (const [method, path] of [
    ['GET', '/console/api/break-it'],
    ['POST', KILL],
    ['POST', '/console/api/traffic'],
    ['GET', '/break'],
  ] as const) {
    const answer = await fetch(around.shop + path, { method });
    if (answer.status !== 404 && answer.status !== 405)
      throw new Error(`${method} ${path} of the public origin is answered with ${answer.status}.`);
  }
  const before = await victim(around);
  const elsewhere = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<h1>Elsewhere</h1>'));
  await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
  const context = await around.browser.chromium.newContext({ baseURL: around.console, locale: 'en-US' });
  try {
    const page = await context.newPage();
    // The operator has signed in, and another port is the same site for a browser: the cookie goes along.
    await signInAsOperator(page, around);
    await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    const answered = page.waitForResponse(around.console + KILL);
    // A browser sends such a request without asking first, and keeps the answer from the page: the harm would be done.
    await page.evaluate(
      `fetch(${JSON.stringify(around.console + KILL)}, { method: 'POST', mode: 'no-cors', credentials: 'include' }).then(() => undefined)`,
    );
    const refused = (await answered).status();
    if (refused !== 403) throw new Error(`Another site's page was answered with ${refused}.`);
  } finally {
    await context.close();
    elsewhere.closeAllConnections();
    elsewhere.close();
  }
  const after = await victim(around);
  if (after.restarts !== before.restarts) throw new Error(`Another site's page has killed ${VICTIM}.`);
}

async function victim({ instance }: Around): Promise<{ readonly restarts: number }> {
  const { services } = await status(instance);
  const found = services.find(({ name }) => name === VICTIM);
  if (!found) throw new Error(`There is no ${VICTIM}.`);
  return found;
}
