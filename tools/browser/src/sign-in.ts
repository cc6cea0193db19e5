import type { Page } from 'playwright-core';
import type { Person } from '@waybill/deploy';
import { readConnections } from '@waybill/stack';

/** Which copy of the system. */
interface At {
  readonly instance: string;
}

/** On the issuer's page, wherever it was asked for: fills in name and password, as the person would. */
export async function fillInSignIn(page: Page, { instance }: At, who: Person): Promise<void> {
  await page.getByLabel(/^(Name|用户名)$/).fill(who);
  await page.getByLabel(/^(Password|密码)$/).fill(readConnections(instance).identity.people[who]!.password);
  await page.getByRole('button', { name: /^(Sign in|登录)$/ }).click();
}

/** From the shop to the issuer and back. */
export async function signIn(page: Page, around: At, who: Person = 'customer'): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in' }).first().click();
  await fillInSignIn(page, around, who);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** From the console to the issuer and back. */
export async function signInAsOperator(page: Page, around: At): Promise<void> {
  await page.goto('/session/sign-in');
  await fillInSignIn(page, around, 'operator');
  await page.getByRole('button', { name: /operator/ }).waitFor();
}
