import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { type Browser, chromium } from 'playwright-core';
import { chineseFonts } from './chinese-fonts.ts';

export interface OpenBrowser {
  readonly chromium: Browser;
  readonly close: () => Promise<void>;
}

/**
 * The package has arguments of its own, which suit a cloud function: all in one process, and without the web's own security,
 * which is a part of what is tested here. Chromium's sandbox needs rights that a container or root has not.
 */
const ARGUMENTS = ['--no-sandbox', '--font-render-hinting=none'];

/**
 * Starts the Chromium of the package, which unpacks itself into the temporary folder: it gets one of its own, which goes with it.
 *
 * @param more arguments of Chromium
 */
export async function openBrowser(...more: readonly string[]): Promise<OpenBrowser> {
  const before = process.env['TMPDIR'];
  const folder = join(projectRoot, `node_modules/.cache/browser-${process.pid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  process.env['TMPDIR'] = folder;
  const remove = () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // It looks at the temporary folder while it loads.
    const { default: packed } = await import('@sparticuz/chromium');
    const browser = await chromium.launch({
      executablePath: await packed.executablePath(),
      args: [...ARGUMENTS, ...more],
      env: { ...process.env, FONTCONFIG_FILE: await chineseFonts(folder) },
      headless: true,
    });
    const close = async () => {
      await browser.close();
      remove();
    };
    return { chromium: browser, close };
  } catch (error) {
    remove();
    throw error;
  }
}
