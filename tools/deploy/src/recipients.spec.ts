import { describe, expect, it } from '@jest/globals';
import { recipients } from './recipients.ts';

const whoHas = (secret: string) => Object.keys(recipients).filter((container) => recipients[container]!.includes(secret));

describe('who is given which secret', () => {
  it('gives a password to the one that signs in with it, and to the one that makes it', () => {
    expect(whoHas('order_app')).toEqual(['databases', 'order']);
    expect(whoHas('order_migrator')).toEqual(['databases', 'migrate-order']);
    expect(whoHas('rabbitmq-order')).toEqual(['order']);
    expect(whoHas('rabbitmq-deploy')).toEqual(['deploy']);
    expect(whoHas('feed-keys-order')).toEqual(['order']);
    expect(whoHas('feed-keys-console')).toEqual(['console']);
    // The keys are made from it.
    expect(whoHas('feed-console')).toEqual([]);
    expect(whoHas('kafka-order')).toEqual(['order']);
    expect(whoHas('kafka-deploy')).toEqual(['deploy']);
    expect(whoHas('provider-key').toSorted()).toEqual(['outside-world', 'payment']);
    expect(whoHas('mail-password').toSorted()).toEqual(['notification', 'outside-world']);
    // No service may switch a fault or read a ledger.
    expect(whoHas('outside-world-token').toSorted()).toEqual(['console', 'outside-world']);
  });

  it("gives a person's password to the step that makes the person, and to no process that goes on running", () => {
    for (const name of ['customer', 'customer-2', 'support', 'operator'])
      expect(whoHas(`identity-${name}`)).toEqual(['migrate-identity']);
    expect(whoHas('identity-client-tools')).toEqual(['identity']);
    expect(whoHas('identity_app')).toEqual(['databases', 'identity']);
  });

  it('gives Elasticsearch the hashes of its users, and no password but that of its health check', () => {
    expect(recipients['elasticsearch']).toEqual(['elasticsearch-observer']);
    expect(whoHas('elasticsearch-logstash')).toEqual(['logstash']);
    expect(whoHas('elasticsearch-setup')).toEqual(['set-up-elasticsearch', 'set-up-kibana']);
  });

  it("keeps the superuser's from every service", () => {
    expect(whoHas('postgres')).toEqual(['postgres', 'databases']);
  });
});
