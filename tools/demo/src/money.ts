/** Minor units as people write money: 2598 EUR is "25.98 EUR", 2598 JPY is "2598 JPY". How many digits a currency has, ISO 4217 says. */
export function money(amount: number, currency: string): string {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits!;
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}
