import { readFileSync } from 'node:fs';
import { sameText } from './same-text.js';

const LEAST_CHARACTERS = 32;
/** So long a secret of before still opens: as a provider gives its clients a while to take the new one. */
const LOOK_EVERY_MS = 1_000;

/** The secret that opens a door. A rotation replaces its file while this process runs. */
export class SecretFile {
  private known: string;
  private readAt = performance.now();

  /** @throws a sentence when the file has no secret. */
  constructor(private readonly path: string) {
    this.known = secretIn(path);
  }

  /** The secret itself, for a process that shows it to another one. */
  get value(): string {
    return this.known;
  }

  /** Whether this is the secret. One that is not known is compared with the file as it is now. */
  is(given: string): boolean {
    if (performance.now() - this.readAt > LOOK_EVERY_MS) this.readAgain();
    return sameText(given, this.known) || (this.readAgain() && sameText(given, this.known));
  }

  /** Whether the file has another secret than before. Where it cannot be read, the one of before stays. */
  private readAgain(): boolean {
    this.readAt = performance.now();
    try {
      const now = secretIn(this.path);
      const isNew = now !== this.known;
      this.known = now;
      return isNew;
    } catch {
      return false;
    }
  }
}

function secretIn(path: string): string {
  const secret = readOrSay(path);
  if (secret.length < LEAST_CHARACTERS) throw new Error(`the file must hold at least ${LEAST_CHARACTERS} characters`);
  return secret;
}

function readOrSay(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new Error(`cannot read the file ${path}: ${(error as NodeJS.ErrnoException).code}`, { cause: error });
  }
}
