import { projectRoot, run } from '@waybill/kit';

/** A new access token, from the program that signs in: it stands on this package, so this package cannot stand on it. */
export const tokenOf = async (who: string, instance: string | undefined, inContainers = false): Promise<string> =>
  (
    await run(process.execPath, [
      `${projectRoot}/tools/sign-in/src/main.ts`,
      who,
      ...(instance === undefined ? [] : ['--instance', instance]),
      ...(inContainers ? ['--with', 'docker'] : []),
    ])
  ).trim();
