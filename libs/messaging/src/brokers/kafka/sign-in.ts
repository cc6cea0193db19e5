import type { SASLOptions } from 'kafkajs';

/** Who signs in to Kafka. */
export interface KafkaSignIn {
  readonly user: string;
  readonly password: string;
  /**
   * SCRAM for the users that the broker keeps, which is the default. PLAIN for the few that stand in the broker's own file: they
   * are there before any other.
   */
  readonly mechanism?: 'scram-sha-512' | 'plain';
}

export const saslOf = ({ user, password, mechanism = 'scram-sha-512' }: KafkaSignIn): SASLOptions => ({
  mechanism,
  username: user,
  password,
});
