import { expect, it } from '@jest/globals';
import { tagProblems } from './project-tags.ts';

const lib = { name: 'messaging', tags: ['type:lib', 'scope:messaging'], dependsOn: ['npm:pg'] };
const order = { name: 'order', tags: ['type:app', 'scope:order'], dependsOn: ['messaging'] };

it('lets apps use libs, and packages from outside', () => {
  expect(tagProblems([lib, order])).toEqual([]);
});

it('refuses what uses an app, and says what may be used', () => {
  const payment = { name: 'payment', tags: ['type:app', 'scope:payment'], dependsOn: ['order'] };
  expect(tagProblems([lib, order, payment])).toEqual(['payment (type:app) depends on order (type:app): it may use type:lib']);
});

it('lets the kit use nothing of ours', () => {
  const kit = { name: 'kit', tags: ['type:kit', 'scope:kit'], dependsOn: ['messaging'] };
  expect(tagProblems([lib, kit])).toEqual(['kit (type:kit) depends on messaging (type:lib): it may use none of ours']);
});

it('wants the tags of every package', () => {
  expect(tagProblems([{ ...lib, tags: ['type:lib'] }])).toEqual([
    'messaging needs one tag of type:app, type:lib, type:tool, type:kit, type:example and one scope:..., under "nx" in its package.json',
  ]);
});
