import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import type { Page } from 'playwright-core';
import type { Around } from './journey.ts';
import { visit } from './journey.ts';
import { animatedWebp, type Frame } from './webp.ts';

const FOLDER = join(projectRoot, 'docs/pictures');
const SCREEN = { width: 1280, height: 720 };
/** As wide as a page of documentation shows them. */
const PICTURE = { width: 960, height: 540 };
const ANIMATION = { width: 880, height: 495, seconds: 6, framesPerSecond: 8 };
const LARGEST_ANIMATION = 400_000;
const PATIENCE_MS = 60_000;

/** Records the pictures of README and docs: each page of the console as it is now, and an order on its way over the map. */
export async function record(around: Around): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await visit(around, around.console, { viewport: SCREEN }, async (page) => {
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto('/');
    await place(page, ['pm_ok', 'pm_timeout_charged', 'pm_declined', 'pm_ok']);
    await page.goto('/orders');
    await page.getByRole('button', { name: 'Place an order' }).click();
    await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
    await page
      .getByRole('button', { name: /notification\.sent\.v1/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Fewer lines' }).click();
    await keep(page, 'console-order', { height: 1080 });
    const step = page.getByRole('button', { name: /payment\.charge\.v2/ }).nth(1);
    await step.click();
    await page.getByText('@HandlesOutside').waitFor();
    await keep(page, 'console-step');
    // Charts are of something, and the map is at work.
    await stream(page, 'POST');
    for (const [address, name] of PAGES) {
      await page.goto(address);
      await page.getByRole('heading', { level: 1 }).waitFor();
      // What a page asks for has come, and charts are drawn.
      const loading = page.getByText('Loading …');
      while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' });
      await page.waitForTimeout(1_000);
      await keep(page, name);
    }
    await stream(page, 'DELETE');
    await keepAnimation(page);
  });
}

const PAGES = [
  ['/', 'console-live'],
  ['/orders', 'console-orders'],
  ['/break', 'console-break'],
  ['/dead-letters', 'console-dead-letters'],
  ['/contracts?type=order.placed.v2', 'console-contracts'],
  ['/processes?log=order-1', 'console-processes'],
  ['/measure?minutes=5', 'console-measure'],
] as const;

/** Orders that were placed as a page of the console places them. */
const place = (page: Page, methods: readonly string[]): Promise<unknown> =>
  page.evaluate(`Promise.all(${JSON.stringify(methods)}.map((paymentMethod) => fetch('/console/api/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ paymentMethod }),
  })))`);

/** A gentle stream of orders, or its end. */
const stream = (page: Page, method: 'POST' | 'DELETE'): Promise<unknown> =>
  page.evaluate(`fetch('/console/api/traffic', {
    method: '${method}',
    ${method === 'POST' ? `headers: { 'content-type': 'application/json' }, body: '{"ordersPerSecond":3,"seconds":120}',` : ''}
  })`);

/** Keeps what the window shows as a small WebP. The browser itself makes it: no other program is needed. */
async function keep(page: Page, name: string, { height = SCREEN.height } = {}): Promise<void> {
  await page.setViewportSize({ width: SCREEN.width, height });
  const shot = await page.screenshot({ animations: 'disabled' });
  await page.setViewportSize(SCREEN);
  const size = { width: PICTURE.width, height: Math.round((PICTURE.width / SCREEN.width) * height) };
  const [picture] = await webpsOf(page, [shot], { ...size, quality: 0.82, differences: false });
  writeFileSync(join(FOLDER, `${name}.webp`), picture!);
}

async function keepAnimation(page: Page): Promise<void> {
  await page.goto('/?present=1');
  await page.getByText('payment-2').first().waitFor();
  // What was placed before has come to its end.
  await page.waitForTimeout(8_000);
  const frames = await filmed(page, async () => {
    await place(page, ['pm_ok']);
    await page.waitForTimeout(ANIMATION.seconds * 1_000);
  });
  const { width, height } = ANIMATION;
  const files = await webpsOf(
    page,
    frames.map(({ shot }) => shot),
    { width, height, quality: 0.6, differences: true },
  );
  const all = files.map((file, index): Frame => ({ file, durationMs: frames[index]!.durationMs }));
  const animation = animatedWebp(all, width, height);
  if (animation.length > LARGEST_ANIMATION) throw new Error(`The animation has ${animation.length} bytes: record a shorter one.`);
  writeFileSync(join(FOLDER, 'console-live-animated.webp'), animation);
}

interface Shot {
  readonly shot: Buffer;
  readonly durationMs: number;
}

/** What the window shows while `work` runs, a picture whenever something changes. */
async function filmed(page: Page, work: () => Promise<void>): Promise<Shot[]> {
  const session = await page.context().newCDPSession(page);
  const taken: { readonly shot: Buffer; readonly at: number }[] = [];
  session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    const at = (metadata.timestamp ?? 0) * 1_000;
    const last = taken.at(-1);
    if (!last || at - last.at >= 1_000 / ANIMATION.framesPerSecond) taken.push({ shot: Buffer.from(data, 'base64'), at });
    void session.send('Page.screencastFrameAck', { sessionId });
  });
  await session.send('Page.startScreencast', { format: 'png', maxWidth: SCREEN.width, maxHeight: SCREEN.height });
  await work();
  await session.send('Page.stopScreencast');
  const end = (taken.at(-1)?.at ?? 0) + 1_500;
  return taken.map(({ shot, at }, index) => ({ shot, durationMs: Math.round((taken[index + 1]?.at ?? end) - at) }));
}

interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly quality: number;
  /** Each picture after the first has only what differs from the one before it. */
  readonly differences: boolean;
}

/** The shots as WebP files, smaller. They are drawn on a blank page: the console's own policy and size do not matter there. */
async function webpsOf(page: Page, shots: readonly Buffer[], drawn: Drawn): Promise<Buffer[]> {
  const blank = await page.context().newPage();
  try {
    const texts: string[] = await blank.evaluate(
      `(${drawAll})(${JSON.stringify(shots.map((shot) => shot.toString('base64')))}, ${JSON.stringify(drawn)})`,
    );
    return texts.map((text) => Buffer.from(text.slice(text.indexOf(',') + 1), 'base64'));
  } finally {
    await blank.close();
  }
}

/** Runs in the browser. */
const drawAll = `async (shots, { width, height, quality, differences }) => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  const files = [];
  let before;
  for (const shot of shots) {
    const image = new Image();
    image.src = 'data:image/png;base64,' + shot;
    await image.decode();
    brush.clearRect(0, 0, width, height);
    brush.imageSmoothingQuality = 'high';
    brush.drawImage(image, 0, 0, width, height);
    const now = brush.getImageData(0, 0, width, height);
    if (differences && before) {
      const changed = new ImageData(new Uint8ClampedArray(now.data), width, height);
      for (let at = 0; at < now.data.length; at += 4) {
        const differs = [0, 1, 2].some((c) => Math.abs(now.data[at + c] - before.data[at + c]) > 6);
        if (!differs) changed.data.fill(0, at, at + 4);
      }
      brush.putImageData(changed, 0, 0);
    }
    before = now;
    files.push(canvas.toDataURL('image/webp', quality));
  }
  return files;
}`;
