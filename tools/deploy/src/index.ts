export { appUserOf, createDatabases, migratorOf, POSTGRES_OBSERVER, POSTGRES_OBSERVER_SECRET, SUPERUSER } from './databases.ts';
export { elasticsearchSecretOf, elasticsearchUsers } from './elasticsearch-users.ts';
export { aggregationsOf, type Aggregation, kibanaObjects } from './kibana-objects.ts';
export { setUpLogIndex } from './log-index.ts';
export { oneOrder, panels, searches } from './log-searches.ts';
export { openSession } from './open-session.ts';
export { DEPLOY_USER, OBSERVER, rabbitmqDefinitions, VHOST } from './rabbitmq-definitions.ts';
export { READ_BY_GROUP, recipients, SERVERS_GROUP } from './recipients.ts';
export { Secrets } from './secrets.ts';
