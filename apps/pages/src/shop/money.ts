/** `2500` EUR is `€25.00`: prices are in minor units. */
export const money = (minorUnits: number, currency: string, tag: string): string =>
  new Intl.NumberFormat(tag, { style: 'currency', currency }).format(minorUnits / 100);
