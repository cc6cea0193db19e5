export { signInAsMachine, signInByCode, type Sign, type Token } from './authorization-code.ts';
export { containerIdentity } from './container-identity.ts';
export { tokenFor, tokenFrom, type Identity, type Who } from './token-for.ts';
