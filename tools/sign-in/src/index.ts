export { signInByCode, type Sign, type Token } from './authorization-code.ts';
export { containerIdentity } from './container-identity.ts';
export { signIn, tokenFor, tokenFrom, type Identity, type Who } from './token-for.ts';
