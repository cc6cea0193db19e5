export const en = {
  title: 'Waybill shop',
  skip: 'Skip to the content',
  'list.title': 'Good things, kept simple',
  'list.away': 'The price list cannot be read just now. It is asked again in a moment.',
  theme: 'Colours',
  'theme.system': 'as the machine',
  'theme.light': 'light',
  'theme.dark': 'dark',
} as const;

export type Key = keyof typeof en;
