import { expect, it } from '@jest/globals';
import { money } from './money.ts';

it('writes minor units as money', () => expect(money(2598, 'EUR')).toBe('25.98 EUR'));
