import { SUPERUSER } from './databases.ts';
import { IDENTITY_SECRETS } from './identity-secrets.ts';
import { KAFKA_DEPLOY_USER, kafkaSecretOf } from './kafka-users.ts';
import { MAIL_PASSWORD_SECRET, MAIL_USER, OUTSIDE_WORLD_TOKEN_SECRET, PROVIDER_KEY_SECRET } from './outside-world-secrets.ts';
import { DEPLOY_USER } from './rabbitmq-definitions.ts';
import type { Secrets } from './secrets.ts';

/** How specs and tools sign in to each server: the same whether the system is made of processes or of containers. */
export function signIns(secrets: Secrets, { testAdministrator }: { readonly testAdministrator: boolean }) {
  const signIn = (user: string, secret: string) => ({ user, password: secrets.value(secret) });
  const inRabbit = (user: string) => signIn(user, `rabbitmq-${user}`);
  const inKafka = (user: string) => ({ ...signIn(user, kafkaSecretOf(user)), mechanism: 'plain' as const });
  return {
    superuser: signIn(SUPERUSER, SUPERUSER),
    rabbitmq: { deploy: inRabbit(DEPLOY_USER), ...(testAdministrator && { administrator: inRabbit('administrator') }) },
    outsideWorld: {
      providerKey: secrets.value(PROVIDER_KEY_SECRET),
      smtp: signIn(MAIL_USER, MAIL_PASSWORD_SECRET),
      operatorToken: secrets.value(OUTSIDE_WORLD_TOKEN_SECRET),
    },
    kafka: { deploy: inKafka(KAFKA_DEPLOY_USER), ...(testAdministrator && { administrator: inKafka('administrator') }) },
    machine: { clientId: 'tools', secret: secrets.value(IDENTITY_SECRETS.tools) },
  };
}
