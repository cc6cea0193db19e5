import type { en } from './words.en.ts';

export const zh: Readonly<Record<keyof typeof en, string>> = {
  title: '学习',
  home: '文档',
  skip: '跳到正文',
  contents: '目录',
  onThisPage: '本页内容',
  console: '控制台',
  search: '搜索',
  'search.label': '搜索文档',
  'search.none': '没有找到。',
  'search.count': '找到 {count} 处',
  'search.failed': '无法加载搜索：{text}',
  close: '关闭',
  theme: '颜色',
  'theme.system': '跟随系统',
  'theme.light': '浅色',
  'theme.dark': '深色',
  previous: '上一页',
  next: '下一页',
  file: '本页是仓库中的 {path}。',
  folder: '仓库中的一个文件夹。没有链接的文件，别处没有引用。',
};
