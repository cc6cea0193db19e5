// "Try it out" is open from the start, and sends to the origin that this page came from.
const page = SwaggerUIBundle({
  url: '/docs/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  onComplete: () => void signedIn(),
});

// Signs in at the issuer by an authorization code and PKCE (RFC 7636), in this tab. The token is kept in this page's memory alone:
// it is good for five minutes, and gone with a reload. Then the issuer still knows the browser, and asks for nothing.
const CLIENT = 'api-page';
const BACK = `${location.origin}/docs/signed-in.html`;
const UNDER_WAY = 'waybill-api-page';
const button = document.querySelector('#sign-in');
const said = document.querySelector('#signed-in');

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const issuer = async () => (await (await fetch('/sign-in.json')).json()).issuer;

button.addEventListener('click', async () => {
  const [verifier, state] = [random(), random()];
  sessionStorage.setItem(UNDER_WAY, JSON.stringify({ verifier, state }));
  const asked = new URL('/auth', await issuer());
  asked.search = new URLSearchParams({
    client_id: CLIENT,
    redirect_uri: BACK,
    response_type: 'code',
    scope: 'openid api',
    code_challenge: base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))),
    code_challenge_method: 'S256',
    state,
  });
  location.assign(asked);
});

/** Comes back from the issuer: makes a token of the code, and every request that this page sends has it. */
async function signedIn() {
  const answer = new URLSearchParams(location.search);
  const underWay = JSON.parse(sessionStorage.getItem(UNDER_WAY) ?? '{}');
  sessionStorage.removeItem(UNDER_WAY);
  if (location.pathname !== '/docs/signed-in.html') return;
  // Neither a reload nor the history has the code.
  history.replaceState(undefined, '', '/docs');
  if (!answer.has('code') || answer.get('state') !== underWay.state) return void (said.textContent = 'Nobody has signed in.');
  const given = await fetch(new URL('/token', await issuer()), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT,
      redirect_uri: BACK,
      code: answer.get('code'),
      code_verifier: underWay.verifier,
    }),
  });
  const { access_token: token } = await given.json();
  if (!token) return void (said.textContent = 'The issuer gave no token.');
  page.preauthorizeApiKey('accessToken', token);
  const { sub } = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
  said.textContent = `Signed in as ${sub}, for five minutes.`;
}
