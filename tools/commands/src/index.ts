export { type Block, blocksIn, commandsOf, isForAShell } from './blocks.ts';
