import { connect, isIP, type Socket } from 'node:net';
import { connect as connectOverTls } from 'node:tls';

export interface SocketOptions {
  readonly host: string;
  readonly port: number;
  /** The certificate of the authority (PEM) whose servers are believed. Left out: clear text. */
  readonly ca?: string | undefined;
}

/**
 * Opens a connection. `opened` is called when bytes may be written: over TLS not before the server has shown that it is who it is.
 * What prevents that is an error of the socket.
 */
export function openSocket({ host, port, ca }: SocketOptions, opened: () => void): Socket {
  const socket = ca === undefined ? connect({ host, port }, opened) : connectOverTls({ host, port, ca, ...named(host) }, opened);
  return socket.setKeepAlive(true);
}

/** The name that the certificate must have. TLS has no place to ask for an address; Node then compares it with the certificate's. */
const named = (host: string) => (isIP(host) === 0 ? { servername: host } : {});
