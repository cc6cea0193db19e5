/**
 * A password, or a function that gives the one of this moment. A rotation replaces the file of a secret while processes run: who signs
 * in asks each time, and a process needs no restart for it.
 */
export type Secret = string | (() => string);

export const secretNow = (secret: Secret): string => (typeof secret === 'string' ? secret : secret());
