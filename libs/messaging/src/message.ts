/** What a handler sees of a message. */
export interface Message<Payload = unknown> {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly data: Payload;
  /** When it was sent. */
  readonly time: Date;
  /** Of an event: the version of the aggregate that emitted it. */
  readonly sequence?: number;
  readonly traceparent?: string;
  /** 1 at the first delivery, one more with every retry. */
  readonly attempt: number;
}

/** A message as a broker hands it over, before anything is known about it. */
export interface RawMessage {
  readonly body: Buffer;
  /** Topic or queue. Later events of a key wait behind a parked one of the same stream. */
  readonly stream: string;
  /** Where exactly it came from, for people: `order.events/3@1204`. */
  readonly source: string;
  /** Events are ordered by key, commands are not. */
  readonly ordered: boolean;
  /**
   * The exchange of a command, and the key by which the broker has routed it. Only a command that comes straight from its
   * exchange has it.
   */
  readonly route?: { readonly exchange: string; readonly key: string } | undefined;
}

/** The part of pino that the core uses. */
export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
