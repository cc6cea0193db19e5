import { describe, expect, it } from '@jest/globals';
import { recipients } from './recipients.ts';

const whoHas = (secret: string) => Object.keys(recipients).filter((container) => recipients[container]!.includes(secret));

describe('who is given which secret', () => {
  it('gives a password to the one that signs in with it, and to the one that makes it', () => {
    expect(whoHas('order_app')).toEqual(['databases', 'order']);
    expect(whoHas('order_migrator')).toEqual(['databases', 'migrate-order']);
    expect(whoHas('rabbitmq-order')).toEqual(['order']);
    expect(whoHas('rabbitmq-deploy')).toEqual(['deploy']);
  });

  it("keeps the superuser's from every service", () => {
    expect(whoHas('postgres')).toEqual(['postgres', 'databases']);
  });
});
