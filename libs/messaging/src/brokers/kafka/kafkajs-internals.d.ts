declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net';

  /** One connection to a broker. */
  export default class Connection {
    socket: Socket;
    processData(bytes: Buffer): void;
  }
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The queue of requests of one connection. */
  export default class RequestQueue {
    pending: unknown[];
    scheduleCheckPendingRequests(): void;
  }
}
