import type { BrowserContextOptions, Page } from 'playwright-core';
import type { OpenBrowser } from './browser.ts';
import { signInAsOperator } from './sign-in.ts';

/** Where the pages are, and what shows them. */
export interface Around {
  readonly browser: OpenBrowser;
  readonly instance: string;
  /** The two origins. */
  readonly shop: string;
  readonly console: string;
  /** Where people sign in: the pages may ask it, and nobody else. */
  readonly issuer: string;
  /** The folder for pictures. */
  readonly pictures: string;
}

/** What one person does with the pages, from their first visit on. */
export interface Journey {
  readonly name: string;
  readonly go: (around: Around) => Promise<void>;
}

interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly problem?: string;
}

/** One after the other, each told as it ends. One that fails does not keep the next from its own problems. */
export async function goAll(journeys: readonly Journey[], around: Around, signal: AbortSignal): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, go } of journeys) {
    signal.throwIfAborted();
    const started = performance.now();
    const problem = await go(around).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const seconds = (performance.now() - started) / 1_000;
    console.log(
      `${problem === undefined ? 'ok    ' : 'FAILED'} ${name}, ${seconds.toFixed(1)} s${problem ? `\n       ${problem}` : ''}`,
    );
    results.push({ name, seconds, ...(problem !== undefined && { problem }) });
  }
  return results;
}

/** Long enough for a machine that does everything else besides. */
const PATIENCE_MS = 20_000;

/**
 * A page in a browser profile of its own, and what happens in it. In the console an operator has signed in. In the end nothing may have been broken: no error that nobody
 * caught, nothing that the page's own policy refused, no request to another origin.
 */
export async function visit(
  around: Around,
  origin: string,
  options: BrowserContextOptions,
  walk: (page: Page) => Promise<void>,
): Promise<void> {
  const { browser, issuer } = around;
  const context = await browser.chromium.newContext({ baseURL: origin, locale: 'en-US', ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  context.on('weberror', (error) => problems.push(`an error in the page: ${error.error().message}`));
  context.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) problems.push(message.text());
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(http|ws)/.test(url.protocol) && url.origin !== origin && url.origin !== issuer)
      problems.push(`a request to ${url.origin}`);
  });
  try {
    const page = await context.newPage();
    // The shop is open to everybody, and the console to those who run the system.
    if (origin === around.console) await signInAsOperator(page, around);
    await walk(page);
  } catch (error) {
    // What broke in the page is why a step of the walk did not come.
    problems.unshift(error instanceof Error ? error.message : String(error));
  } finally {
    await context.close();
  }
  if (problems.length > 0) throw new Error(problems.join('; '));
}
