export { appUserOf, createDatabases, migratorOf, POSTGRES_OBSERVER, POSTGRES_OBSERVER_SECRET, SUPERUSER } from './databases.ts';
export { DEPLOY_USER, OBSERVER, rabbitmqDefinitions, VHOST } from './rabbitmq-definitions.ts';
export { recipients } from './recipients.ts';
export { Secrets } from './secrets.ts';
