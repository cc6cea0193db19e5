/** Strict: no other site's link or form ever brings it along. */
export const SESSION_COOKIE = 'waybill_console';
/** Lax: the issuer's answer is a link of another site. It only ties that answer to this browser. */
export const STATE_COOKIE = 'waybill_console_sign_in';

export const cookieIn = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .map((part) => part.trim().split('='))
    .find(([found]) => found === name)?.[1];

export const cookie = (name: string, value: string, attributes: string): string => `${name}=${value}; HttpOnly; ${attributes}`;
