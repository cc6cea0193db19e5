import type { Page } from 'playwright-core';
import type { Person } from '@waybill/deploy';
import { readConnections } from '@waybill/stack';
import type { Around } from './journey.ts';

/** On the issuer's page, wherever it was asked for: fills in name and password, as the person would. */
export async function fillInSignIn(page: Page, { instance }: Pick<Around, 'instance'>, who: Person): Promise<void> {
  await page.getByLabel(/^(Name|用户名)$/).fill(who);
  await page.getByLabel(/^(Password|密码)$/).fill(readConnections(instance).identity.people[who]!.password);
  await page.getByRole('button', { name: /^(Sign in|登录)$/ }).click();
}

/** From the shop to the issuer and back. */
export async function signIn(page: Page, around: Pick<Around, 'instance'>, who: Person = 'customer'): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in' }).first().click();
  await fillInSignIn(page, around, who);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}
