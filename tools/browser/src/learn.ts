import assert from 'node:assert/strict';
import { type Journey, visit } from './journey.ts';
import { pictures } from './look.ts';

export const learnJourneys: readonly Journey[] = [
  {
    name: 'learn: from the console to the documents, through a lesson to the code, by a search in both languages, and back',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/');
        await page.getByRole('link', { name: 'Learn' }).click();
        await page.getByRole('heading', { level: 1, name: 'Documentation' }).waitFor();
        await pictures(page, around.pictures, 'learn');

        await page.getByRole('navigation', { name: 'Contents' }).getByRole('link', { name: 'Lessons' }).click();
        await page.getByRole('link', { name: 'Outbox and confirms' }).first().click();
        await page.getByRole('heading', { level: 1, name: 'Outbox and confirms' }).waitFor();
        await pictures(page, around.pictures, 'learn-lesson');
        await page.locator('article a[href*="relay.ts.html"]').first().click();
        await page.getByRole('heading', { level: 1, name: 'libs/messaging/src/sending/relay.ts' }).waitFor();
        await pictures(page, around.pictures, 'learn-code', ['dark']);

        await page.keyboard.press('/');
        await page.getByRole('searchbox').fill('advisory lock');
        await page
          .getByRole('dialog')
          .getByRole('link', { name: /relayed under an advisory lock/ })
          .first()
          .waitFor();
        await pictures(page, around.pictures, 'learn-search', ['light']);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { level: 1 }).waitFor();
        assert.match(page.url(), /\/learn\/.*\.html/);

        await page.getByRole('link', { name: '中文' }).click();
        await page.getByRole('heading', { level: 1, name: '文档' }).waitFor();
        await page.getByRole('navigation', { name: '目录' }).getByRole('link', { name: '实验', exact: true }).click();
        await page.getByRole('navigation', { name: '目录' }).getByRole('link', { name: '两把锁' }).click();
        await page.getByRole('heading', { level: 1, name: '实验：两把锁' }).waitFor();
        await pictures(page, around.pictures, 'learn-chinese-lab', ['light']);
        await page.getByRole('link', { name: 'Waybill', exact: true }).first().click();
        await page.locator('svg.sequence').waitFor();
        await pictures(page, around.pictures, 'learn-chinese', ['light']);
        await page.getByRole('button', { name: '搜索' }).click();
        await page.getByRole('searchbox').fill('幂等键');
        await page.getByText(/^找到 \d+ 处/).waitFor();
        await page.getByRole('button', { name: '关闭' }).click();

        await page.setViewportSize({ width: 390, height: 844 });
        const contents = page.getByRole('navigation', { name: '目录' });
        assert.equal(await contents.isVisible(), false, 'the contents cover a telephone until somebody asks for them');
        await page.getByRole('button', { name: '目录' }).click();
        await contents.waitFor();
        await page.getByRole('link', { name: '控制台', exact: true }).click();
        await page.getByText('payment-2').first().waitFor();
      }),
  },
];
