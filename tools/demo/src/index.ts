export { audit } from './audit.ts';
export { auditWhenQuiet } from './audit-when-quiet.ts';
export type { Evidence } from './evidence.ts';
