import type { IncomingMessage } from 'node:http';
import { en } from './words.en.js';
import { zh } from './words.zh.js';

export interface Language {
  readonly tag: 'en' | 'zh-CN';
  readonly words: typeof en;
}

/** The language that the browser likes best of the two: `zh-TW,zh;q=0.9,en;q=0.8`. English where it names neither. */
export function languageOf({ headers }: Pick<IncomingMessage, 'headers'>): Language {
  const liked = (headers['accept-language'] ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { tag: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => (tag === 'en' || tag === 'zh') && quality > 0)
    .toSorted((one, other) => other.quality - one.quality);
  return liked[0]?.tag === 'zh' ? { tag: 'zh-CN', words: zh } : { tag: 'en', words: en };
}
