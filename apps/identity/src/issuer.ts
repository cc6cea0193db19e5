import type { Provider } from 'oidc-provider';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import { createProvider } from './create-provider.js';
import { countTokens } from './metrics.js';
import { readKeys } from './signing-keys.js';

/** A rotation is noticed after so long. The next key is published for a minute before it signs, so nobody is in a hurry. */
const LOOK_FOR_KEYS_MS = 3_000;

/** The provider with the keys that the database has. A rotation changes them, and another provider takes the place of the first. */
export class Issuer {
  private known = '';
  /** The newest first. A key of before is believed as long as this process lives, and a session ends after some hours. */
  private cookieKeys: readonly string[];
  private readonly looking: NodeJS.Timeout;

  private constructor(
    private readonly config: Config,
    private readonly database: Pool,
    private readonly log: Logger,
    public provider: Provider,
    cookieKey: string,
  ) {
    this.cookieKeys = [cookieKey];
    this.looking = setInterval(() => void this.lookForKeys(), LOOK_FOR_KEYS_MS);
  }

  static async open(config: Config, database: Pool, log: Logger): Promise<Issuer> {
    const keys = await readKeys(database);
    const cookieKey = config.cookieKey();
    const provider = withEars(createProvider(config, database, keys, [cookieKey]), log);
    const issuer = new Issuer(config, database, log, provider, cookieKey);
    issuer.known = JSON.stringify(keys);
    return issuer;
  }

  end(): void {
    clearInterval(this.looking);
  }

  /** While the database is away the keys that are known go on signing. */
  private async lookForKeys(): Promise<void> {
    try {
      const keys = await readKeys(this.database);
      const cookieKeys = [...new Set([this.config.cookieKey(), ...this.cookieKeys])];
      if (JSON.stringify(keys) === this.known && cookieKeys.length === this.cookieKeys.length) return;
      this.provider = withEars(createProvider(this.config, this.database, keys, cookieKeys), this.log);
      this.cookieKeys = cookieKeys;
      this.known = JSON.stringify(keys);
      this.log.info({ kid: keys[0]?.kid, published: keys.length }, 'The keys have changed.');
    } catch (error) {
      this.log.warn({ err: error }, 'The signing keys could not be read.');
    }
  }
}

function withEars(provider: Provider, log: Logger): Provider {
  provider.on('server_error', (context, error) => {
    log.error({ err: error, path: context.path }, 'A request failed for a reason on our side.');
  });
  return countTokens(provider);
}
