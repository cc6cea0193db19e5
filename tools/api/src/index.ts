export { apiProblems } from './api-problems.ts';
export { messagesProblems } from './messages-problems.ts';
export { documentFile } from './public-api.ts';
