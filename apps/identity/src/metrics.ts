import type { Provider } from 'oidc-provider';
import { collectDefaultMetrics, Counter, register } from 'prom-client';
import type { SignedIn } from './sign-in.js';

collectDefaultMetrics();

const signIns = new Counter({
  name: 'identity_sign_ins_total',
  help: 'Attempts to sign in with a password; wait: refused unseen, after too many wrong ones',
  labelNames: ['outcome'] as const,
});

const tokens = new Counter({
  name: 'identity_access_tokens_total',
  help: 'Access tokens that were issued',
  labelNames: ['to'] as const,
});

export function countSignIn(outcome: SignedIn): void {
  signIns.inc({ outcome: 'as' in outcome ? 'signed in' : outcome.refused });
}

export function countTokens(provider: Provider): Provider {
  provider.on('access_token.issued', () => tokens.inc({ to: 'person' }));
  provider.on('client_credentials.issued', () => tokens.inc({ to: 'machine' }));
  return provider;
}

export { register };
