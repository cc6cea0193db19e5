export { GUARANTEES } from './guarantees.ts';
