// Loaded before a service by `dev` (`node --import`): runs apps and libs from their .ts files, compiled one by one in memory.
// tsc would check types and write dist first, which takes a hundred times as long; the editor shows types anyway.
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformFileSync, type Options } from '@swc/core';

const root = new URL('../../../../', import.meta.url).href;

/** As the specs are compiled (jest.preset.js), decorators and their metadata included. */
const options: Options = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    target: 'es2023',
    keepClassNames: true,
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
  swcrc: false,
};

registerHooks({
  resolve(specifier, context, next) {
    const lib = /^@waybill\/([a-z-]+)$/.exec(specifier)?.[1];
    if (lib) return next(`${root}libs/${lib}/src/index.ts`, context);
    const ours = context.parentURL?.startsWith(root) && context.parentURL.endsWith('.ts');
    return next(ours && /^\.{1,2}\/.*\.js$/.test(specifier) ? specifier.replace(/js$/, 'ts') : specifier, context);
  },
  load(url, context, next) {
    if (!url.startsWith(root) || !url.endsWith('.ts')) return next(url, context);
    return { format: 'module', shortCircuit: true, source: transformFileSync(fileURLToPath(url), options).code };
  },
});
