import assert from 'node:assert/strict';
import type { Journey } from './journey.ts';
import { visit } from './journey.ts';
import { fillInSignIn } from './sign-in.ts';

export const apiPageJourneys: readonly Journey[] = [
  {
    name: 'API: a person signs in on the page that describes it, and a request that it sends is theirs',
    go: (around) =>
      visit(around, around.shop, {}, async (page) => {
        await page.goto('/docs');
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        await fillInSignIn(page, around, 'customer');
        await page.getByText('Signed in as customer-1, for five minutes.').waitFor();
        assert.equal(new URL(page.url()).pathname, '/docs');
        assert.equal(new URL(page.url()).search, '', 'the code is in the address no more');

        const list = page.locator('.opblock-get:has([data-path="/api/orders"])');
        await list.locator('.opblock-summary').click();
        const [answer] = await Promise.all([
          page.waitForResponse((response) => new URL(response.url()).pathname === '/api/orders'),
          list.getByRole('button', { name: 'Execute' }).click(),
        ]);
        assert.equal(answer.status(), 200);
        assert.match(answer.request().headers()['authorization'] ?? '', /^Bearer ey/);
      }),
  },
];
