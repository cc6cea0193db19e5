import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Around, Journey } from './journey.ts';
import { visit } from './journey.ts';
import { mustBeAccessible, pictures } from './look.ts';

/** What everybody does first. `method` is one of the test methods of payment. */
async function fillBasket(page: Page, method = 'pm_ok'): Promise<void> {
  await page.goto('/');
  const mug = page.getByRole('listitem').filter({ hasText: 'Enamel mug' });
  await mug.getByRole('button').click();
  await mug.getByRole('button', { name: 'One more of Enamel mug' }).click();
  await page.getByRole('link', { name: /^Basket/ }).click();
  await page.getByLabel('Your e-mail address').fill('ada@example.com');
  await page.getByRole('radio', { name: new RegExp(`${method}$`) }).check();
}

const placeButton = (page: Page) => page.getByRole('button', { name: /^Order for/ });
const accepted = (page: Page) => page.getByText('Your order is accepted.').waitFor();

/** Waits for a status on the page of an order. */
const becomes = (page: Page, status: string) => page.locator('.now .badge', { hasText: status }).waitFor();

/** The orders of the customer who sits at this page, as the service has them. */
async function ordersOf(page: Page, { shop }: Around): Promise<{ id: string; status: string }[]> {
  const customerId = await page.evaluate(`JSON.parse(localStorage.getItem('waybill.customer'))`);
  const answer = await fetch(`${shop}/api/orders?customerId=${String(customerId)}`);
  return ((await answer.json()) as { orders: { id: string; status: string }[] }).orders;
}

const shop = (name: string, walk: (page: Page, around: Around) => Promise<void>): Journey => ({
  name: `shop: ${name}`,
  go: (around) => visit(around, around.shop, {}, (page) => walk(page, around)),
});

export const shopJourneys: readonly Journey[] = [
  shop('an order is placed, and is seen to be confirmed, with its mail', async (page) => {
    await fillBasket(page);
    await placeButton(page).click();
    await accepted(page);
    await page.getByRole('link', { name: 'See the order' }).click();
    await becomes(page, 'Confirmed');
    await page.getByText('Your order is confirmed').waitFor();
    await page.getByText(/^sent ·/).waitFor();
    await page.getByRole('link', { name: 'All my orders' }).click();
    await page.getByRole('link', { name: /2 pieces.*€25\.00.*Confirmed/ }).waitFor();
  }),

  shop('a confirmed order is cancelled, and a declined one cancels itself and says why', async (page) => {
    await fillBasket(page);
    await placeButton(page).click();
    await page.getByRole('link', { name: 'See the order' }).click();
    await becomes(page, 'Confirmed');
    await page.getByRole('button', { name: 'Cancel the order' }).click();
    await becomes(page, 'Cancelled');
    await page.getByText('Your order is cancelled').waitFor();

    await fillBasket(page, 'pm_declined');
    await placeButton(page).click();
    await page.getByRole('link', { name: 'See the order' }).click();
    await becomes(page, 'Cancelled');
    await page.getByText('payment declined').waitFor();
  }),

  shop('a double click is one order', async (page, around) => {
    await fillBasket(page);
    const keys: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') keys.push(request.headers()['idempotency-key'] ?? 'none');
    });
    // Both clicks in one turn of the page: there is no time to disable anything between them.
    await placeButton(page).evaluate((button) => {
      const { click } = button as unknown as { click: () => void };
      click.call(button);
      click.call(button);
    });
    await accepted(page);
    assert.equal(keys.length, 1);
    assert.equal((await ordersOf(page, around)).length, 1);
  }),

  shop('an answer that is lost behind the service is asked for again, and it is one order', async (page, around) => {
    await fillBasket(page);
    const keys: string[] = [];
    await page.route('**/api/orders', async (route) => {
      keys.push(route.request().headers()['idempotency-key'] ?? 'none');
      if (keys.length > 2) return route.continue();
      assert.equal((await route.fetch()).status(), 202);
      await route.abort('connectionreset');
    });
    await placeButton(page).click();
    await page.getByText('There is no answer yet.', { exact: false }).waitFor();
    await mustBeAccessible(page, 'a page that waits for an answer');
    await accepted(page);
    assert.deepEqual([keys.length, new Set(keys).size], [3, 1]);
    assert.equal((await ordersOf(page, around)).length, 1);
  }),

  shop('a page that is loaded anew before the answer sends the same order, and it is one order', async (page, around) => {
    await fillBasket(page);
    const keys: string[] = [];
    await page.route('**/api/orders', async (route) => {
      keys.push(route.request().headers()['idempotency-key'] ?? 'none');
      // The service has it, and the page never hears of that.
      if (keys.length === 1) await route.fetch();
      else await route.continue();
    });
    await placeButton(page).click();
    await page.getByText('Your order is being placed').waitFor();
    while (keys.length === 0 || (await ordersOf(page, around)).length === 0) await delay(50);
    await page.reload();
    await accepted(page);
    assert.deepEqual([keys.length, new Set(keys).size], [2, 1]);
    assert.equal((await ordersOf(page, around)).length, 1);
    await page.getByText('It is empty.').waitFor();
  }),

  shop('a shop that is busy is left alone for as long as it says', async (page, around) => {
    await fillBasket(page);
    const at: number[] = [];
    await page.route('**/api/orders', async (route) => {
      at.push(performance.now());
      if (at.length > 1) return route.continue();
      await route.fulfill({
        status: 503,
        headers: { 'retry-after': '2' },
        contentType: 'application/problem+json',
        body: '{"type":"about:blank","title":"Service Unavailable","status":503}',
      });
    });
    await placeButton(page).click();
    await page.getByText('The shop is busy.', { exact: false }).waitFor();
    await accepted(page);
    assert.equal(at.length, 2);
    assert.ok(at[1]! - at[0]! >= 1_990, `it was asked again after ${at[1]! - at[0]!} ms`);
    assert.equal((await ordersOf(page, around)).length, 1);
  }),

  shop('an order that the service refuses is back in the basket, with the reason', async (page, around) => {
    await fillBasket(page);
    await page.getByLabel('Your e-mail address').fill('a..b@example.com');
    await placeButton(page).click();
    await page.getByText('Everything is back in your basket.', { exact: false }).waitFor();
    await page.getByText('must be an e-mail address', { exact: false }).waitFor();
    await mustBeAccessible(page, 'a refused order');
    await page.getByLabel('Your e-mail address').fill('ada@example.com');
    await placeButton(page).click();
    await accepted(page);
    assert.equal((await ordersOf(page, around)).length, 1);
  }),

  shop('a slow payment is watched, over a reload, until it is done', async (page) => {
    await fillBasket(page, 'pm_slow');
    await placeButton(page).click();
    await page.getByRole('link', { name: 'See the order' }).click();
    await becomes(page, 'Placed');
    await page.reload();
    await becomes(page, 'Placed');
    await becomes(page, 'Confirmed');
  }),

  shop('two currencies are two orders', async (page, around) => {
    await fillBasket(page);
    await page.getByRole('link', { name: 'Things' }).click();
    await page.getByRole('button', { name: 'Add to basket: Stamp set' }).click();
    await page.getByRole('link', { name: /^Basket/ }).click();
    await page.getByText('these become 2 orders', { exact: false }).waitFor();
    await placeButton(page).first().click();
    await accepted(page);
    await placeButton(page).click();
    await page.getByText('It is empty.').waitFor();
    while ((await ordersOf(page, around)).length < 2) await delay(50);
  }),

  shop('it speaks Chinese to who wants it, and remembers that', async (page) => {
    await page.goto('/');
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '几样好东西' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: '放入购物篮:搪瓷杯' }).waitFor();
    assert.equal(await page.evaluate('document.documentElement.lang'), 'zh-CN');
    await mustBeAccessible(page, 'the price list in Chinese');
  }),

  {
    name: 'shop: a browser that prefers Chinese gets it at once',
    go: (around) =>
      visit(around, around.shop, { locale: 'zh-CN' }, async (page) => {
        await page.goto('/orders');
        await page.getByRole('heading', { name: '我的订单' }).waitFor();
      }),
  },

  shop('it is used by keyboard alone', async (page) => {
    await page.goto('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
    await page.getByRole('button', { name: 'Add to basket: Enamel mug' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /^Basket/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Your e-mail address').focus();
    await page.keyboard.type('ada@example.com');
    await page.keyboard.press('Enter');
    await accepted(page);
  }),

  shop('every page in every width, light and dark, is readable and accessible', async (page, around) => {
    await page.goto('/orders');
    await page.getByText('You have not ordered anything yet.').waitFor();
    await pictures(page, around.pictures, 'shop-no-orders');
    await fillBasket(page);
    await pictures(page, around.pictures, 'shop-basket');
    await placeButton(page).click();
    await page.getByRole('link', { name: 'See the order' }).click();
    await becomes(page, 'Confirmed');
    await page.getByText(/^sent ·/).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await pictures(page, around.pictures, 'shop-order');
    await fillBasket(page, 'pm_declined');
    await placeButton(page).click();
    await accepted(page);
    await pictures(page, around.pictures, 'shop-accepted');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('link', { name: 'My orders' }).click();
    await page.getByRole('link', { name: /Cancelled/ }).waitFor();
    await pictures(page, around.pictures, 'shop-orders');
    await page.getByRole('link', { name: 'Things' }).click();
    await page.getByRole('button', { name: 'Add to basket: Enamel mug' }).click();
    await page.evaluate('document.activeElement.blur()');
    await pictures(page, around.pictures, 'shop');
  }),
];
