/** Strict: no other site's link or form ever brings it along. */
const SESSION_COOKIE = 'waybill_console';
/** Lax: the issuer's answer is a link of another site. It only ties that answer to this browser. */
const STATE_COOKIE = 'waybill_console_sign_in';

/**
 * A browser takes a cookie of such a name by HTTPS alone, and never sends it in clear text. One that was set in clear text, perhaps by
 * somebody in between, has another name and does not take its place.
 */
const SECURE = '__Secure-';

export const sessionIn = (header: string | undefined) =>
  cookieIn(header, SECURE + SESSION_COOKIE) ?? cookieIn(header, SESSION_COOKIE);
export const stateIn = (header: string | undefined) => cookieIn(header, SECURE + STATE_COOKIE) ?? cookieIn(header, STATE_COOKIE);

/** @param secure the browser came by HTTPS */
export const sessionCookie = (
  value: string,
  { secure, maxAge }: { readonly secure: boolean; readonly maxAge?: number },
): string => cookie(SESSION_COOKIE, value, secure, `SameSite=Strict; Path=/${maxAge === undefined ? '' : `; Max-Age=${maxAge}`}`);
export const stateCookie = (value: string, { secure, maxAge }: { readonly secure: boolean; readonly maxAge: number }): string =>
  cookie(STATE_COOKIE, value, secure, `SameSite=Lax; Path=/session; Max-Age=${maxAge}`);

const cookie = (name: string, value: string, secure: boolean, attributes: string): string =>
  `${secure ? SECURE : ''}${name}=${value}; HttpOnly; ${secure ? 'Secure; ' : ''}${attributes}`;

const cookieIn = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .map((part) => part.trim().split('='))
    .find(([found]) => found === name)?.[1];
