import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { readConnections, status } from '@waybill/stack';
import { type Around, type Journey, visit } from './journey.ts';
import { fillInSignIn, signIn } from './sign-in.ts';

/** A name of one's own, which nobody else can have: for localhost no HSTS is sent, which would hold for every program of the machine. */
export const NAME = 'waybill.test';

/**
 * The arguments that have Chromium find that name, and take the balancer's certificate. This process has looked at all of it, by the
 * instance's own CA; the browser, which cannot be told of a CA without a program of NSS, takes this one key and no other one.
 */
export async function trustOf(instance: string): Promise<readonly string[]> {
  const socket = connect({
    host: '127.0.0.1',
    port: await portOf(instance, 'https'),
    servername: NAME,
    ca: readConnections(instance).tls!.ca,
  });
  await once(socket, 'secureConnect');
  const key = socket.getPeerX509Certificate()!.publicKey.export({ type: 'spki', format: 'der' });
  socket.destroy();
  const pin = createHash('sha256').update(key).digest('base64');
  return [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`, `--ignore-certificate-errors-spki-list=${pin}`];
}

export const httpsJourneys: readonly Journey[] = [
  {
    name: 'HTTPS: a customer signs in, orders, is known after a reload, and signs out',
    go: async (around) => {
      const origin = `https://${NAME}:${await portOf(around.instance, 'https')}`;
      await visit(around, origin, {}, async (page) => {
        await signIn(page, around);
        await page.getByRole('button', { name: 'Add to basket: Enamel mug' }).click();
        await page.getByRole('link', { name: /^Basket/ }).click();
        await page.getByRole('button', { name: /^Order for/ }).click();
        await page.getByText('Your order is accepted.').waitFor();
        await page.reload();
        await page.getByText('customer@example.com').waitFor();
        assert.equal(new URL(page.url()).origin, origin);
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByRole('button', { name: 'Sign in' }).waitFor();
        assert.equal(page.url(), `${origin}/`);
      });
    },
  },
  {
    name: 'HTTPS: an operator opens the console, whose cookies go by HTTPS alone',
    go: async (around) => {
      const origin = `https://${NAME}:${await portOf(around.instance, 'operations-https')}`;
      await visit(around, origin, {}, async (page) => {
        await page.goto('/orders');
        // The page itself leads there.
        await fillInSignIn(page, around, 'operator');
        await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
        assert.equal(page.url(), `${origin}/orders`);
        const cookies = (await page.context().cookies()).filter(({ domain }) => domain === NAME);
        assert.deepEqual(
          cookies.map(({ name, secure, httpOnly, sameSite }) => ({ name, secure, httpOnly, sameSite })),
          [{ name: '__Secure-waybill_console', secure: true, httpOnly: true, sameSite: 'Strict' }],
        );
        await page.getByRole('button', { name: 'Place an order' }).click();
        await page.getByText('confirmed', { exact: true }).first().waitFor();
        await page.locator('.connection.open').waitFor();
        await page.reload();
        await page.getByText('confirmed', { exact: true }).first().waitFor();
        await page.getByRole('button', { name: /operator/ }).click();
        await page.getByRole('button', { name: 'Sign out' }).click();
      });
    },
  },
  {
    name: 'HTTPS: a browser that came by it once asks that name for nothing in clear text any more',
    go: async ({ browser, instance, shop, console: operations }) => {
      const context = await browser.chromium.newContext();
      try {
        const page = await context.newPage();
        const answer = await page.goto(`https://${NAME}:${await portOf(instance, 'https')}/`);
        assert.match((await answer?.allHeaders())?.['strict-transport-security'] ?? '', /^max-age=\d{6,}$/);
        // It asks these ports by HTTPS by itself, and they have none.
        for (const { port } of [new URL(shop), new URL(operations)])
          await assert.rejects(page.goto(`http://${NAME}:${port}/`), /ERR_SSL_PROTOCOL_ERROR/);
      } finally {
        await context.close();
      }
    },
  },
];

async function portOf(instance: Around['instance'], port: 'https' | 'operations-https'): Promise<number> {
  const { services } = await status(instance);
  return services.find(({ name }) => name === 'nginx')!.ports[port]!;
}
