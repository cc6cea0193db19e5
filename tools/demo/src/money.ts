/** Minor units as people write money: 2598 EUR is "25.98 EUR". */
export const money = (amount: number, currency: string) => `${(amount / 100).toFixed(2)} ${currency}`;
