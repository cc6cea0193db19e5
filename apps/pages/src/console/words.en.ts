export const en = {
  title: 'Console',
  skip: 'Skip to the content',
  navigation: 'Pages',
  'page.live': 'Live',
  'page.orders': 'Orders',
  'page.break': 'Break it',
  'page.dead-letters': 'Dead letters',
  'page.contracts': 'Contracts',
  'page.measure': 'Measure',
  'page.processes': 'Processes',
  'empty.title': 'Nothing is shown here yet',
  'empty.text': 'This page is being built. Until it is there, Prometheus and RabbitMQ show the system:',
  prometheus: 'Prometheus',
  rabbitmq: "RabbitMQ's own page",
  theme: 'Colours',
  'theme.system': 'as the machine',
  'theme.light': 'light',
  'theme.dark': 'dark',
} as const;

export type Key = keyof typeof en;
