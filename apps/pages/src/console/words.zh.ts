import type { Key } from './words.en.ts';

export const zh: Readonly<Record<Key, string>> = {
  title: '控制台',
  skip: '跳到正文',
  navigation: '页面',
  'page.live': '实况',
  'page.orders': '订单',
  'page.break': '制造故障',
  'page.dead-letters': '死信',
  'page.contracts': '契约',
  'page.measure': '测量',
  'page.processes': '进程',
  'empty.title': '这里还没有内容',
  'empty.text': '本页正在建设。在它完成之前,可以用 Prometheus 和 RabbitMQ 查看系统:',
  prometheus: 'Prometheus',
  rabbitmq: 'RabbitMQ 自带页面',
  theme: '配色',
  'theme.system': '跟随系统',
  'theme.light': '浅色',
  'theme.dark': '深色',
};
