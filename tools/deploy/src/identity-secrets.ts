/** The people of the demo, by the name with which they sign in. `apps/identity` says who each of them is. */
export const PEOPLE = ['customer', 'customer-2', 'support', 'operator'] as const;
export type Person = (typeof PEOPLE)[number];

/** The secrets of sign-in. A person's password has the person's name in it. */
export const IDENTITY_SECRETS = {
  passwordOf: (person: Person) => `identity-${person}`,
  cookieKey: 'identity-cookie-key',
  tools: 'identity-client-tools',
  console: 'identity-client-console',
} as const;

/** The passwords of all people, in their order. */
export const PASSWORD_SECRETS: readonly string[] = PEOPLE.map((person) => IDENTITY_SECRETS.passwordOf(person));
