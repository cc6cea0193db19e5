import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Person } from '@waybill/deploy';
import { tokenFor } from '@waybill/sign-in';
import type { Page } from 'playwright-core';
import type { Around, Journey } from './journey.ts';
import { visit } from './journey.ts';
import { mustBeAccessible, pictures } from './look.ts';
import { fillInSignIn, signIn } from './sign-in.ts';

/** What everybody does first. `method` is one of the test methods of payment. */
async function fillBasket(page: Page, method = 'pm_ok'): Promise<void> {
  await page.goto('/');
  const mug = page.getByRole('listitem').filter({ hasText: 'Enamel mug' });
  await mug.getByRole('button').click();
  await mug.getByRole('button', { name: 'One more of Enamel mug' }).click();
  await page.getByRole('link', { name: /^Basket/ }).click();
  await page.getByRole('radio', { name: new RegExp(`${method}$`) }).check();
}

const placeButton = (page: Page) => page.getByRole('button', { name: /^Order for/ });
const accepted = (page: Page) => page.getByText('Your order is accepted.').waitFor();

/** Waits for a status on the page of an order. */
const becomes = (page: Page, status: string) => page.locator('.now .badge', { hasText: status }).waitFor();

/** The orders of the customer who sits at this page, as the service has them. */
async function ordersOf({ shop, instance, before = [] }: Earlier): Promise<{ id: string; status: string }[]> {
  const authorization = `Bearer ${await tokenFor(instance, 'customer')}`;
  const answer = await fetch(`${shop}/api/orders?customerId=customer-1&limit=100`, { headers: { authorization } });
  const { orders } = (await answer.json()) as { orders: { id: string; status: string }[] };
  return orders.filter(({ id }) => !before.includes(id));
}

/** The orders that the customer has from earlier journeys. */
type Earlier = Around & { readonly before?: readonly string[] };

/** Without a person, as everybody comes in. */
const shop = (name: string, walk: (page: Page, around: Around) => Promise<void>): Journey => ({
  name: `shop: ${name}`,
  go: (around) => visit(around, around.shop, {}, (page) => walk(page, around)),
});

/** By a customer who has signed in. */
const customer = (name: string, walk: (page: Page, around: Earlier) => Promise<void>, who: Person = 'customer'): Journey =>
  shop(name, async (page, around) => {
    await signIn(page, around, who);
    const before = who === 'customer' ? (await ordersOf(around)).map(({ id }) => id) : [];
    await walk(page, { ...around, before });
  });

export const shopJourneys: readonly Journey[] = [
  customer('an order is placed, and is seen to be confirmed, with its mail', async (page) => {
    await fillBasket(page);
    await placeButton(page).click();
    await accepted(page);
    await page.getByRole('link', { name: 'See the order' }).click();
    await becomes(page, 'Confirmed');
    await page.getByText('Your order is confirmed').waitFor();
    await page.getByText(/^sent ·/).waitFor();
    await page.getByRole('link', { name: 'All my orders' }).click();
    await page
      .getByRole('link', { name: /2 pieces.*€25\.00.*Confirmed/ })
      .first()
      .waitFor();
  }),

  customer('a confirmed order is cancelled, and a declined one cancels itself and says why', async (page) => {
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

  customer('a double click is one order', async (page, around) => {
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
    assert.equal((await ordersOf(around)).length, 1);
  }),

  customer('an answer that is lost behind the service is asked for again, and it is one order', async (page, around) => {
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
    assert.equal((await ordersOf(around)).length, 1);
  }),

  customer('a page that is loaded anew before the answer sends the same order, and it is one order', async (page, around) => {
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
    while (keys.length === 0 || (await ordersOf(around)).length === 0) await delay(50);
    await page.reload();
    await accepted(page);
    assert.deepEqual([keys.length, new Set(keys).size], [2, 1]);
    assert.equal((await ordersOf(around)).length, 1);
    await page.getByText('It is empty.').waitFor();
  }),

  customer('a shop that is busy is left alone for as long as it says', async (page, around) => {
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
    assert.equal((await ordersOf(around)).length, 1);
  }),

  customer('an order that the service refuses is back in the basket, with the reason', async (page, around) => {
    await fillBasket(page);
    // As a page of an older version would ask.
    await page.route(
      '**/api/orders',
      (route) => route.continue({ postData: route.request().postData()!.replace('"quantity":2', '"quantity":0') }),
      { times: 1 },
    );
    await placeButton(page).click();
    await page.getByText('Everything is back in your basket.', { exact: false }).waitFor();
    await page.getByText('lines.0.quantity', { exact: false }).waitFor();
    await mustBeAccessible(page, 'a refused order');
    await placeButton(page).click();
    await accepted(page);
    assert.equal((await ordersOf(around)).length, 1);
  }),

  customer('a slow payment is watched, over a reload, until it is done', async (page) => {
    await fillBasket(page, 'pm_slow');
    await placeButton(page).click();
    await page.getByRole('link', { name: 'See the order' }).click();
    await becomes(page, 'Placed');
    await page.reload();
    await becomes(page, 'Placed');
    await becomes(page, 'Confirmed');
  }),

  customer('two currencies are two orders', async (page, around) => {
    await fillBasket(page);
    await page.getByRole('link', { name: 'Things' }).click();
    await page.getByRole('button', { name: 'Add to basket: Stamp set' }).click();
    await page.getByRole('link', { name: /^Basket/ }).click();
    await page.getByText('these become 2 orders', { exact: false }).waitFor();
    await placeButton(page).first().click();
    await accepted(page);
    await placeButton(page).click();
    await page.getByText('It is empty.').waitFor();
    while ((await ordersOf(around)).length < 2) await delay(50);
  }),

  shop('it speaks Chinese to who wants it, and remembers that', async (page) => {
    await page.goto('/');
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '几样好东西' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: '放入购物篮：搪瓷杯' }).waitFor();
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

  shop('a customer signs in, is still signed in after a reload, and signs out', async (page, around) => {
    await page.goto('/orders');
    await page.getByText('Sign in to see your orders', { exact: false }).waitFor();
    await mustBeAccessible(page, 'a page that wants to know who looks');
    await page.getByRole('button', { name: 'Sign in' }).last().click();
    await page.getByRole('heading', { name: 'Sign in to Waybill' }).waitFor();
    await mustBeAccessible(page, 'the sign-in');
    await pictures(page, around.pictures, 'sign-in');
    await page.getByLabel('Name').fill('customer');
    await page.getByLabel('Password').fill('a guess');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The name or the password is wrong.').waitFor();
    await mustBeAccessible(page, 'a sign-in that was refused');
    await fillInSignIn(page, around, 'customer');
    await page.getByText('customer@example.com').waitFor();
    // It is where it was, and the code is out of the address.
    assert.equal(page.url(), `${around.shop}/orders`);
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    assert.ok(!/eyJ|refresh/.test(String(kept)), `a token is kept: ${String(kept)}`);
    await page.reload();
    await page.getByText('customer@example.com').waitFor();
    assert.equal(page.url(), `${around.shop}/orders`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Do you want to sign out?' }).waitFor();
    await mustBeAccessible(page, 'the sign-out');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    assert.equal(page.url(), `${around.shop}/`);
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  }),

  {
    name: 'shop: the sign-in speaks Chinese to a browser that does',
    go: (around) =>
      visit(around, around.shop, { locale: 'zh-CN' }, async (page) => {
        await page.goto('/');
        await page.getByRole('button', { name: '登录' }).click();
        await page.getByRole('heading', { name: '登录 Waybill' }).waitFor();
        await mustBeAccessible(page, 'the sign-in in Chinese');
        await fillInSignIn(page, around, 'customer');
        await page.getByRole('button', { name: '退出登录' }).waitFor();
      }),
  },

  customer('a session that ends while the shop is open loses no order', async (page, around) => {
    await fillBasket(page);
    // The services do not know the token any more, and the issuer does not know the session.
    await page.route('**/api/orders', (route) =>
      route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"title":"Unauthorized","status":401}' }),
    );
    await page.route(`${around.issuer}/token`, (route) =>
      route.fulfill({
        status: 400,
        headers: { 'access-control-allow-origin': around.shop },
        contentType: 'application/json',
        body: '{"error":"invalid_grant"}',
      }),
    );
    await placeButton(page).click();
    await page.getByRole('button', { name: 'Sign in' }).first().waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Sign in' }).first().click();
    await accepted(page);
    assert.equal((await ordersOf(around)).length, 1);
  }),

  customer('it is used by keyboard alone', async (page) => {
    await page.goto('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
    await page.getByRole('button', { name: 'Add to basket: Enamel mug' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /^Basket/ }).focus();
    await page.keyboard.press('Enter');
    await placeButton(page).focus();
    await page.keyboard.press('Enter');
    await accepted(page);
  }),

  customer(
    'every page in every width, light and dark, is readable and accessible',
    async (page, around) => {
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
    },
    'customer-2',
  ),
];
