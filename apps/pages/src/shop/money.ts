/** `2500` EUR is `€25.00`: prices are in minor units. */
export const money = (minorUnits: number, currency: string, language: string): string =>
  new Intl.NumberFormat(language, { style: 'currency', currency }).format(minorUnits / 100);
