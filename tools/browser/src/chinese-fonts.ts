import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import decompress from 'woff2-encoder/decompress';

const PACKED = join(dirname(createRequire(import.meta.url).resolve('@fontsource-variable/noto-sans-sc/package.json')), 'files');

/**
 * A machine for servers has no Chinese letters, and in a picture of empty boxes nobody sees what is wrong. The pages bring no font of
 * their own: a reader's machine has one. So this unpacks one into `folder`, because Chromium takes no packed font from a machine, and
 * returns the file that tells fontconfig of it, beside the machine's own.
 */
export async function chineseFonts(folder: string): Promise<string> {
  const fonts = join(folder, 'chinese');
  mkdirSync(fonts);
  for (const name of readdirSync(PACKED))
    writeFileSync(join(fonts, `${basename(name, '.woff2')}.ttf`), await decompress(readFileSync(join(PACKED, name))));
  const file = join(folder, 'fonts.conf');
  writeFileSync(file, configuration(fonts, join(folder, 'fontconfig')));
  return file;
}

const configuration = (fonts: string, cache: string) => `<?xml version="1.0"?>
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${fonts}</dir>
  <cachedir>${cache}</cachedir>
</fontconfig>
`;
