import type { Language } from './language.js';

/** The only file that the pages load. */
export const STYLE_PATH = '/style.css';

export type Refused = { readonly because: 'wrong' | 'busy' } | { readonly because: 'wait'; readonly seconds: number };

/** Asks for name and password. `refused` is why it asks again. */
export function signInPage({ tag, words }: Language, action: string, refused?: Refused): string {
  const said = refused && (refused.because === 'wait' ? words.wait(refused.seconds) : words[refused.because]);
  return page(
    { tag, title: words.signInTo },
    `<p>${words.demo} ${words.passwordsAre}</p>
    ${said === undefined ? '' : `<p role="alert" id="refused">${said}</p>`}
    <form method="post" action="${escaped(action)}">
      <label for="login">${words.name}</label>
      <input id="login" name="login" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="100" required autofocus${described(said)}>
      <label for="password">${words.password}</label>
      <input id="password" name="password" type="password" autocomplete="current-password" maxlength="200" required${described(said)}>
      <button type="submit">${words.signIn}</button>
    </form>`,
  );
}

const described = (said: string | undefined) => (said === undefined ? '' : ' aria-describedby="refused"');

/** `form` is oidc-provider's: it carries the token that only this browser has. */
export const signOutPage = ({ tag, words }: Language, form: string): string =>
  page(
    { tag, title: words.signOutOf },
    `<p>${words.signOutEnds}</p>
    ${form}
    <button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>${words.signOut}</button>
    <button type="submit" form="op.logoutForm" class="quiet">${words.stay}</button>`,
  );

export const signedOutPage = ({ tag, words }: Language): string => page({ tag, title: words.signedOut }, `<p>${words.close}</p>`);

export const errorPage = ({ tag, words }: Language, reason: string): string =>
  page({ tag, title: words.error }, `<p>${escaped(reason)}</p><p>${words.again}</p>`);

const page = ({ tag, title }: { tag: string; title: string }, main: string): string => `<!doctype html>
<html lang="${tag}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="stylesheet" href="${STYLE_PATH}">
    <link rel="icon" href="data:,">
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      ${main}
    </main>
  </body>
</html>
`;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text that came from outside, for a place between tags or inside quotes. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
