import type { JWK } from 'jose';
import { createHash, timingSafeEqual } from 'node:crypto';
import { errors, interactionPolicy, Provider, type Account, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import type { Pool } from 'pg';
import { API_SCOPE, AUDIENCE, clientsOf, MACHINE_ROLES, RESOURCE } from './clients.js';
import type { Config } from './config.js';
import { languageOf } from './pages/language.js';
import { errorPage, signedOutPage, signOutPage } from './pages/pages.js';
import { findBySub, type Person } from './people.js';
import { ProtocolState } from './protocol-state.js';
import { ALGORITHM } from './signing-keys.js';

const MINUTE_S = 60;
/** A working day. Refresh tokens end with the session in any case. */
const SESSION_S = 8 * 60 * MINUTE_S;
/** How long a service believes a token without asking anybody: so long does a right last that was taken away. */
export const ACCESS_TOKEN_S = 5 * MINUTE_S;

type AccountOf = Account & { readonly person: Person };

/** The issuer with the keys of this moment. All its state is in the database, so another one may take its place at any time. */
export function createProvider(config: Config, database: Pool, keys: readonly JWK[], cookieKeys: readonly string[]): Provider {
  const provider = new Provider(config.issuer, settings(config, database, keys, cookieKeys));
  // A program that has the new secret shows it at once.
  provider.Client.prototype.compareClientSecret = function (this: { clientId: string }, shown: string) {
    const secret = config.secrets[this.clientId as keyof Config['secrets']];
    return secret !== undefined && sameText(shown, secret());
  };
  // The server that stands in front of it names host and protocol by itself: `named` in server.ts.
  provider.proxy = true;
  return provider;
}

function settings(config: Config, database: Pool, keys: readonly JWK[], cookieKeys: readonly string[]): Configuration {
  // Our own programs ask for what they need and nothing else: there is no question for a person.
  const policy = interactionPolicy.base();
  policy.remove('consent');
  return {
    adapter: (model: string) => new ProtocolState(database, model),
    clients: clientsOf(config),
    clientDefaults: { id_token_signed_response_alg: ALGORITHM },
    clientBasedCORS: (_context, origin, client) => (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    jwks: { keys: keys as unknown as NonNullable<Configuration['jwks']>['keys'] },
    enabledJWA: { idTokenSigningAlgValues: [ALGORITHM] },
    cookies: {
      // The first signs, and each of them is believed.
      keys: [...cookieKeys],
      names: { session: 'waybill_identity', interaction: 'waybill_sign_in', resume: 'waybill_sign_in_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    pkce: { required: () => true },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'none'],
    scopes: ['openid'],
    claims: { openid: ['sub', 'email', 'roles'] },
    conformIdTokenClaims: false,
    findAccount: async (_context, sub): Promise<AccountOf | undefined> => {
      const person = await findBySub(database, sub);
      return person && { accountId: sub, person, claims: () => ({ ...claimsOf(person), sub }) };
    },
    extraTokenClaims: (context, token) => {
      if (token.kind === 'ClientCredentials') return { roles: MACHINE_ROLES[token.clientId ?? ''] ?? [] };
      const { person } = context.oidc.entities.Account as AccountOf;
      return claimsOf(person);
    },
    interactions: { policy, url: (_context, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: grantOfOurs,
    // For every client that may have one, without `offline_access`: it then ends with the session, and so with the sign-out.
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => true,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: ACCESS_TOKEN_S,
      AuthorizationCode: MINUTE_S,
      ClientCredentials: ACCESS_TOKEN_S,
      Grant: SESSION_S,
      IdToken: ACCESS_TOKEN_S,
      Interaction: 10 * MINUTE_S,
      RefreshToken: SESSION_S,
      Session: SESSION_S,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      // Tokens are for the API alone, which knows from the token who it is.
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => {
          if (resource !== RESOURCE) throw new errors.InvalidTarget();
          return {
            audience: AUDIENCE,
            scope: API_SCOPE,
            accessTokenFormat: 'jwt',
            accessTokenTTL: ACCESS_TOKEN_S,
            jwt: { sign: { alg: ALGORITHM } },
          };
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => answer(context, signOutPage(languageOf(context.req), form)),
        postLogoutSuccessSource: (context) => answer(context, signedOutPage(languageOf(context.req))),
      },
    },
    renderError: (context, { error, error_description: description }) =>
      answer(context, errorPage(languageOf(context.req), description ?? error)),
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
/** How long it takes tells nothing of where they differ. */
const sameText = (shown: string, secret: string) => timingSafeEqual(digest(shown), digest(secret));

const claimsOf = ({ email, roles }: Person) => ({ roles: [...roles], ...(email !== null && { email }) });

/** What a person grants by signing in: this client may have tokens for the API in the person's name. */
async function grantOfOurs({ oidc }: KoaContextWithOIDC) {
  const { Grant } = oidc.provider;
  const { clientId } = oidc.client!;
  const known = oidc.session?.grantIdFor(clientId);
  const found = known && (await Grant.find(known));
  if (found) return found;
  const grant = new Grant({ clientId, accountId: oidc.session!.accountId! });
  grant.addOIDCScope('openid');
  grant.addResourceScope(RESOURCE, API_SCOPE);
  await grant.save();
  return grant;
}

function answer(context: KoaContextWithOIDC, page: string): void {
  context.type = 'html';
  context.body = page;
}
