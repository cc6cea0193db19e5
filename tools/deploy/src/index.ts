export { appUserOf, createDatabases, migratorOf, SUPERUSER } from './databases.ts';
export { DEPLOY_USER, OBSERVER, rabbitmqDefinitions, VHOST } from './rabbitmq-definitions.ts';
export { recipients } from './recipients.ts';
export { Secrets } from './secrets.ts';
