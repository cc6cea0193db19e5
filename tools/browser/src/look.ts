import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** Throws with what keeps some people from using the page as it is now. */
export async function mustBeAccessible(page: Page, what: string): Promise<void> {
  // As the debugger: the page's own policy would refuse a script.
  await page.evaluate(AXE);
  const violations: Violation[] = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  );
  if (violations.length === 0) return;
  const told = violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  throw new Error(`${what}: ${told.join('; ')}`);
}

/** What is smaller than people at the back of a room can read, and what reaches beyond the window. */
export async function mustFit(page: Page, what: string): Promise<void> {
  const problems: string[] = await page.evaluate(`(() => {
    // A picture or a map may be drawn smaller than its style says.
    const scale = (element) => element instanceof SVGElement
      ? (element.getScreenCTM?.()?.a ?? 1)
      : element.offsetWidth > 0 ? element.getBoundingClientRect().width / element.offsetWidth : 1;
    const sizeOf = (element) => parseFloat(getComputedStyle(element).fontSize) * scale(element);
    const small = [...document.querySelectorAll('body *')].filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) &&
      element.checkVisibility() && sizeOf(element) < 15.9);
    const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
    return [...small.map((element) => 'text below 16 px: ' + element.textContent.trim().slice(0, 40)), ...(wide ? ['wider than its window'] : [])];
  })()`);
  if (problems.length > 0) throw new Error(`${what}: ${problems.join('; ')}`);
}

/** A projector, a large screen and a telephone. */
const WIDTHS = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
  { width: 390, height: 844 },
] as const;
const SCHEMES = ['light', 'dark'] as const;

/**
 * Takes the page's pictures in every width, light and dark, for a person to look at; each must be accessible and fit.
 *
 * @param schemes the ones of another language need not be both
 */
export async function pictures(
  page: Page,
  folder: string,
  name: string,
  schemes: readonly (typeof SCHEMES)[number][] = SCHEMES,
): Promise<void> {
  const before = page.viewportSize();
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of WIDTHS) {
      await page.setViewportSize(size);
      const file = `${name}-${size.width}-${colorScheme}`;
      await page.screenshot({ path: join(projectRoot, folder, `${file}.png`), fullPage: true });
      await mustFit(page, file);
    }
    await mustBeAccessible(page, `${name}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
}
