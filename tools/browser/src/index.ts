export { openBrowser, type OpenBrowser } from './browser.ts';
export { signInAsOperator } from './sign-in.ts';
