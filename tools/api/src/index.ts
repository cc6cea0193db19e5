export { apiProblems } from './api-problems.ts';
