import 'reflect-metadata';

export { createService, type AppModule } from './create-service.js';
export { startService } from './start-service.js';
export { tellActivity } from './activity.js';
export { type AppendOnly, migrate } from './migrate.js';
export { databaseModule, databaseOptions } from './database.js';
export { messagingModule } from './messaging.js';
export { databaseSettings, serviceSettings, type DatabaseConfig, type ServiceConfig } from './config.js';
export type { Tls } from './tls.js';
export { ConfigError, readConfig, secretFile, setting, type ConfigOf, type Setting, type Settings } from './settings.js';
export { Problem, type FieldError } from './problem.js';
export { actsForOthers, type Audience, ownerFor } from './identity/audience.js';
export type { Identity, Role } from './identity/identity.js';
export { Caller, For } from './identity/routes.js';
export { RefusePages } from './dead-letters/refuse-pages.js';
export { Described } from './described.js';
export { describeApi, type ApiDescription } from './describe-api.js';
export { invalid } from './validation.js';
