import type { SASLOptions } from 'kafkajs';
import { type Secret, secretNow } from '../../secret.js';

/** Who signs in to Kafka. */
export interface KafkaSignIn {
  readonly user: string;
  readonly password: Secret;
  /**
   * SCRAM for the users that the broker keeps, which is the default. PLAIN for the few that stand in the broker's own file: they
   * are there before any other.
   */
  readonly mechanism?: 'scram-sha-512' | 'plain';
}

/** kafkajs keeps this object, and reads the password in it at each sign-in. */
export const saslOf = ({ user, password, mechanism = 'scram-sha-512' }: KafkaSignIn): SASLOptions => ({
  mechanism,
  username: user,
  get password() {
    return secretNow(password);
  },
});
