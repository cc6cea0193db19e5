export { apiProblems } from './api-problems.ts';
export { documentFile } from './public-api.ts';
