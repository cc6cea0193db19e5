import { ConfigError, readConfig, type ConfigOf, type Settings } from './settings.js';

/** EX_CONFIG of sysexits.h: a supervisor can tell it from a crash. */
const EX_CONFIG = 78;

/** Reads the configuration, or ends the process with all its problems on stderr and no stack around them. */
export function readConfigOrExit<S extends Settings>(settings: S): ConfigOf<S> {
  try {
    return readConfig(settings);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(EX_CONFIG);
  }
}
