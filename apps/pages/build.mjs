// Builds the pages, each into a folder that nginx serves as it is: dist/shop is `/` of the public origin, dist/console of the
// operations origin, and dist/learn its `/learn/`, the site of the documents. The public origin has no file of the others: a
// customer's browser loads nothing that is made for operators.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { handlersIn } from './src/console/code/handlers-in.ts';
import { tablesIn } from './src/console/code/tables-in.ts';
import { writeSite } from './src/learn/build/write-site.ts';

// React has its slow build wherever a shell says `development`.
process.env.NODE_ENV = 'production';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What the console tells of the services' code, as that code is now: where each step was done, and which tables there are. */
const told = {
  'virtual:handlers': () => `export const handlers = ${JSON.stringify(handlersIn(root))};`,
  'virtual:tables': () => `export const tables = ${JSON.stringify(tablesIn(root))};`,
};
const code = {
  name: 'code',
  resolveId: (id) => (id in told ? `\0${id}` : undefined),
  load: (id) => told[id.slice(1)]?.(),
};

/** The description of every message, for who has a program that reads it: beside the console, which shows the same. */
const messages = {
  name: 'messages',
  generateBundle() {
    const source = readFileSync(join(root, 'libs/contracts/asyncapi.json'), 'utf8');
    this.emitFile({ type: 'asset', fileName: 'asyncapi.json', source });
  },
};

const outDir = (page) => fileURLToPath(new URL(`dist/${page}`, import.meta.url));
const shared = {
  configFile: false,
  logLevel: 'warn',
};
const output = {
  emptyOutDir: true,
  // nginx's policy allows no `data:` for scripts or styles, and a file of its own is kept by the browser for good.
  assetsInlineLimit: 0,
  // Browsers of spring 2024 on: they know light-dark(), so that each colour stands in one place.
  target: ['chrome123', 'firefox121', 'safari17.5'],
};

for (const page of ['shop', 'console']) {
  await build({
    ...shared,
    root: fileURLToPath(new URL(`src/${page}`, import.meta.url)),
    // Files in a page's `public` keep their names.
    publicDir: 'public',
    plugins: page === 'console' ? [code, messages] : [code],
    build: {
      ...output,
      outDir: outDir(page),
      rolldownOptions: {
        // A library's `use client` is for servers that render React, which nobody does here.
        onLog: (level, log, tell) => {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') tell(level, log);
        },
      },
    },
  });
}

/** The site has a page for each document, and one script for all of them. */
const learn = outDir('learn');
await build({
  ...shared,
  root: fileURLToPath(new URL('src/learn', import.meta.url)),
  base: '/learn/',
  publicDir: false,
  build: {
    ...output,
    outDir: learn,
    manifest: 'manifest.json',
    rolldownOptions: { input: fileURLToPath(new URL('src/learn/browser.ts', import.meta.url)) },
  },
});
const { file, css = [] } = JSON.parse(readFileSync(join(learn, 'manifest.json'), 'utf8'))['browser.ts'];
rmSync(join(learn, 'manifest.json'));
writeSite(root, learn, { script: `/learn/${file}`, styles: css.map((style) => `/learn/${style}`) });
