import { masked } from '@waybill/contract-kit';

/** A handler throws it when the message can never be handled. The message becomes a dead letter at once. */
export class Reject extends Error {
  override readonly name = 'Reject';
  constructor(reason: string) {
    super(reason);
  }
}

/**
 * A handler throws it when something that it needs is away, or when an outcome is unknown. The message is retried without
 * limit, and never becomes a dead letter.
 */
export class Transient extends Error {
  override readonly name = 'Transient';
}

/**
 * A handler throws it when another worker is at the same effect for `afterMs` more. The run does not count as an attempt. The
 * value is a duration, because a lease ends by the database's clock and this process may have another: the statement that
 * reads the lease also subtracts.
 */
export class ComeBack extends Error {
  override readonly name = 'ComeBack';
  constructor(
    readonly afterMs: number,
    reason: string,
  ) {
    super(reason);
  }
}

/**
 * PostgreSQL answered a COMMIT with another tag: the transaction had swallowed an earlier error, and everything was rolled
 * back.
 */
export class CommitRefused extends Error {
  override readonly name = 'CommitRefused';
  constructor(readonly tag: string) {
    super(
      `PostgreSQL answered COMMIT with ${tag}: a query of this transaction failed and its error was swallowed. Nothing was saved.`,
    );
  }
}

/** A handler or a use case has ended the transaction that it was given: its rows and its messages would no longer be one. */
export class TransactionEnded extends Error {
  override readonly name = 'TransactionEnded';
}

/** The connection broke while COMMIT was on its way: the transaction may have happened or not. Look before you repeat. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
  constructor(cause: unknown) {
    super('The connection broke during COMMIT: the transaction may be saved or not.', { cause });
  }
}

/** No database is there to park a message in. The transport pauses, and delivers again when the database is back. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}

/** A handler took longer than its deadline; its transaction was destroyed. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
  constructor(type: string, deadlineMs: number) {
    super(`The handler of ${type} did not finish within ${deadlineMs} ms.`);
  }
}

/** Another worker has taken over this retry. The work of this one is rolled back. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** An error as evidence: name and message, in which nobody is quoted. */
export const reasonOf = (error: unknown): string =>
  evidenceOf(error instanceof Error ? `${error.name}: ${messageOf(error)}` : String(error));

/** A text as evidence: capped, without the U+0000 that PostgreSQL refuses, and without addresses and card numbers. */
export const evidenceOf = (text: string): string =>
  masked(text.slice(0, 2_000)).replaceAll('\0', '\\0').slice(0, 1_000).toWellFormed();

/**
 * An error's message, without the value that PostgreSQL or the JSON parser quotes in it: that is what somebody has sent. An
 * error's other fields, such as pg's `detail` or TypeORM's `parameters`, hold whole rows: nothing here reads them.
 */
export function messageOf({ message, name, code }: Error & { readonly code?: unknown }): string {
  // Class 22 is about a value: invalid input syntax for type uuid: "...".
  if (typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code)) return message.replace(/"[^]*"/, '(value)');
  if (name === 'SyntaxError') return message.replace(/^Unexpected token [^]* is not valid JSON$/, 'Unexpected token');
  return message;
}
