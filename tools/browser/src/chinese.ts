import { type Around, type Journey, visit } from './journey.ts';
import { pictures } from './look.ts';
import { fillInSignIn } from './sign-in.ts';

const SPEAKS_CHINESE = { locale: 'zh-CN' } as const;

/** Other words are longer or shorter, and letters of another font have other sizes: what fits in English need not fit. */
export const chineseJourneys: readonly Journey[] = [
  {
    name: 'Chinese: every page of the console is readable and accessible',
    go: (around) =>
      visit(around, around.console, SPEAKS_CHINESE, async (page) => {
        for (const [address, name] of [
          ['/', 'live'],
          ['/orders', 'orders'],
          ['/break', 'break'],
          ['/break/kill-payment-1', 'break-chosen'],
          ['/dead-letters', 'dead-letters'],
          ['/contracts?type=order.placed.v2', 'contracts'],
          ['/measure?minutes=5', 'measure'],
          ['/processes?log=order-1', 'processes'],
        ] as const) {
          await page.goto(address);
          await page.getByRole('heading', { level: 1 }).waitFor();
          const loading = page.getByText('加载中……');
          while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' });
          await pictures(page, around.pictures, `chinese-console-${name}`, ['light']);
        }
        await page.goto('/orders');
        await page.locator('main button.first').click();
        await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
        const done = page.getByRole('button', { name: /notification\.sent\.v1/ });
        await done.first().click();
        await pictures(page, around.pictures, 'chinese-console-order', ['light']);
        await page.goto('/?present=1');
        await page.getByText('payment-2').first().waitFor();
        await pictures(page, around.pictures, 'chinese-console-presented', ['light']);
      }),
  },
  {
    name: 'Chinese: a customer orders, and every page of the shop is readable and accessible',
    go: (around) => visit(around, around.shop, SPEAKS_CHINESE, (page) => shop(page, around)),
  },
];

async function shop(page: Parameters<Parameters<typeof visit>[3]>[0], around: Around): Promise<void> {
  const keep = (name: string) => pictures(page, around.pictures, `chinese-shop-${name}`, ['light']);
  await page.goto('/');
  await page.getByRole('button', { name: '登录' }).first().click();
  await page.getByRole('heading', { name: '登录 Waybill' }).waitFor();
  await keep('sign-in');
  await fillInSignIn(page, around, 'customer-2');
  await page.getByRole('button', { name: '放入购物篮：搪瓷杯' }).click();
  await keep('things');
  await page.getByRole('link', { name: /^购物篮/ }).click();
  await page.getByRole('radio', { name: /pm_declined$/ }).waitFor();
  await keep('basket');
  await page.locator('main button.first').first().click();
  await page.locator('main a[href^="/orders/"]').first().click();
  await page.locator('.now .badge').waitFor();
  await keep('order');
  await page.goto('/orders');
  await page.locator('main a[href^="/orders/"]').first().waitFor();
  await keep('orders');
}
