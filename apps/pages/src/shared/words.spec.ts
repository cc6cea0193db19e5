import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { en as consoleEnglish } from '../console/words.en.ts';
import { zh as consoleChinese } from '../console/words.zh.ts';
import { en as learnEnglish } from '../learn/words.en.ts';
import { zh as learnChinese } from '../learn/words.zh.ts';
import { en as shopEnglish } from '../shop/words.en.ts';
import { zh as shopChinese } from '../shop/words.zh.ts';
import { differences, filled } from './words.ts';

const pages = [
  { page: 'shop', en: shopEnglish, zh: shopChinese },
  { page: 'console', en: consoleEnglish, zh: consoleChinese },
  { page: 'learn', en: learnEnglish, zh: learnChinese },
];

const sources = (page: string): string => {
  const folder = fileURLToPath(new URL(`../${page}`, import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/words\.\w+\.ts$|\.spec\.ts$/.test(name))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
    .join('\n');
};

describe.each(pages)('the words of the $page', ({ page, en, zh }) => {
  it('are complete in both languages, with the same holes', () => {
    expect(differences(en, zh)).toEqual([]);
  });

  it('are Chinese in Chinese and have none in English', () => {
    const han = /\p{Script=Han}/u;
    expect(Object.entries(en).filter(([, word]) => han.test(word))).toEqual([]);
    // What is a name in both: Waybill, GitHub, an e-mail address.
    expect(Object.entries(zh).filter(([, word]) => !han.test(word) && /[a-z]{3} [a-z]/i.test(word))).toEqual([]);
  });

  it('have Chinese punctuation beside Chinese letters', () => {
    const western = /\p{Script=Han}[,:;?!(]|[,:;?!)]\p{Script=Han}/u;
    expect(Object.entries(zh).filter(([, word]) => western.test(word))).toEqual([]);
  });

  it('are all said somewhere', () => {
    const text = sources(page);
    // A family of words (`status.placed`) is said by its first part and a value.
    const said = (key: string) => text.includes(`'${key}'`) || text.includes(`\`${key.slice(0, key.lastIndexOf('.') + 1)}\${`);
    expect(Object.keys(en).filter((key) => !said(key))).toEqual([]);
  });
});

describe('a word with holes', () => {
  it('is filled with what it is given, and shows a hole that was forgotten', () => {
    expect(filled('{count} of {all}', { count: 2, all: 3 })).toBe('2 of 3');
    expect(filled('{count} of {all}', { count: 2 })).toBe('2 of {all}');
  });
});
