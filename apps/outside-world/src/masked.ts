const ADDRESSES = /[^\s<>@",;:()=]{1,64}@[^\s<>@",;:()=]{1,253}\.[A-Za-z][\w-]+/g;

/** A text without the e-mail addresses in it. The ledgers keep them; the log of the process does not. */
export const masked = (words: string): string => words.replaceAll(ADDRESSES, '(e-mail)');
