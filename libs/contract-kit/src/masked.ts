// Bounded, so that a long text takes no longer than it is. An address that is part of a URL has %40.
const ADDRESSES = /[^\s<>@",;:()=]{1,64}(?:@|%40)[^\s<>@",;:()=]{1,253}\.[A-Za-z][\w-]+/g;

// 14 to 19 digits, alone or in groups, and no part of an id: those have letters or hyphens around their digits.
const LONG_NUMBERS = /(?<![\w-])\d(?:[ -]?\d){13,18}(?![\w-])/g;

/**
 * A text without the e-mail addresses and card numbers in it. What a server or a library says may quote a customer, and such a
 * text ends in logs, in the evidence of parked messages, and in events that nobody can delete.
 */
export const masked = (words: string): string =>
  (/@|%40/.test(words) ? words.replaceAll(ADDRESSES, '(e-mail)') : words).replaceAll(LONG_NUMBERS, (number) =>
    isCardNumber(number) ? '(card number)' : number,
  );

/** By Luhn's check digit, which one in ten other numbers has. */
function isCardNumber(number: string): boolean {
  const digits = [...number.replaceAll(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce(
    (total, digit, place) => total + (place % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit),
    0,
  );
  return sum % 10 === 0;
}
