import type { ClientMetadata } from 'oidc-provider';
import type { Config } from './config.js';

/** The API of Waybill: what access tokens are for, by RFC 8707. Services compare the audience. */
export const RESOURCE = 'urn:waybill:api';
export const AUDIENCE = 'waybill';
export const API_SCOPE = 'api';

/** Programs that speak for themselves, and what their tokens let them do. */
export const MACHINE_ROLES: Readonly<Record<string, readonly string[]>> = {
  tools: ['machine'],
  console: ['machine'],
};

/** The address that `npm run token` gives. Nothing listens there: the tool reads the answer before anybody would follow it. */
const COMMAND_LINE_REDIRECT = 'http://127.0.0.1/signed-in';

/** Every program that may ask for a token. Each is ours, so nobody is asked for consent. */
export function clientsOf({ publicOrigins, operationsOrigins, secrets }: Config): ClientMetadata[] {
  const under = (origins: readonly string[], path: string) => origins.map((origin) => `${origin}${path}`);
  /** What runs in a browser or on a desk can keep no secret: PKCE takes its place. */
  const secretless = { token_endpoint_auth_method: 'none', response_types: ['code'] } as const;
  return [
    {
      ...secretless,
      client_id: 'shop',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: under(publicOrigins, '/'),
      post_logout_redirect_uris: under(publicOrigins, '/'),
    },
    {
      ...secretless,
      client_id: 'api-page',
      grant_types: ['authorization_code'],
      redirect_uris: under(publicOrigins, '/docs/signed-in.html'),
    },
    {
      ...secretless,
      client_id: 'command-line',
      grant_types: ['authorization_code'],
      redirect_uris: [COMMAND_LINE_REDIRECT],
    },
    {
      client_id: 'console',
      client_secret: secrets.console(),
      token_endpoint_auth_method: 'client_secret_basic',
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      redirect_uris: under(operationsOrigins, '/session/signed-in'),
      post_logout_redirect_uris: under(operationsOrigins, '/'),
    },
    {
      client_id: 'tools',
      client_secret: secrets.tools(),
      token_endpoint_auth_method: 'client_secret_basic',
      response_types: [],
      redirect_uris: [],
      grant_types: ['client_credentials'],
    },
  ];
}
