export { type Tool, TOOLS } from './tools.ts';
