import type { Key } from './words.en.ts';

export const zh: Readonly<Record<Key, string>> = {
  title: 'Waybill 小店',
  skip: '跳到正文',
  'list.title': '简单的好物',
  'list.away': '暂时无法读取价目表,稍后会自动重试。',
  theme: '配色',
  'theme.system': '跟随系统',
  'theme.light': '浅色',
  'theme.dark': '深色',
};
