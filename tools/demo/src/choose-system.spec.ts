import { expect, it } from '@jest/globals';
import { isDebianOrUbuntu } from './choose-system.ts';

it.each([
  ['ID=debian', true],
  ['ID="ubuntu"', true],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"', true],
  ['ID=fedora\nHOME_URL="https://fedoraproject.org/debian"', false],
  ['ID=alpine', false],
  ['', false],
])('%j: the servers run as processes there: %s', (release, runs) => {
  expect(isDebianOrUbuntu(release)).toBe(runs);
});
