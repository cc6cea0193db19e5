import { X509Certificate } from 'node:crypto';
import { connect } from 'node:net';
import { everyUnit, portKey, type Unit } from '../topology.ts';
import { overTls } from './probe.ts';

/** The ports on which clear text goes, and why it may. On every other one nothing but TLS goes: a spec asks each. */
export const CLEAR_PORTS: Readonly<Record<string, string>> = {
  'nginx.edge': 'a browser on this machine comes by it, without a warning about a CA that it does not know',
  'nginx.operations': 'the same',
  'haproxy.edge': 'the same',
  'haproxy.operations': 'the same',
  'identity.http': 'the same; processes come by the other one',
  'console.feed': 'ZeroMQ encrypts by CURVE, with keys of its own',
  'kafka.controller': 'the broker speaks to itself, within one process and on loopback',
  'rabbitmq.epmd': 'it tells on loopback at which port the node is, and nothing else',
  'rabbitmq.distribution':
    'on loopback, and only who has the cookie is answered; by its challenge the cookie does not go over the wire',
};

/** What is said in clear text before TLS begins, where a protocol does not begin with it. */
export const BEFORE_TLS: Readonly<Record<string, readonly Buffer[]>> = {
  // SSLRequest: its length, and the number that stands for it.
  'postgres.sql': [Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])],
  // The server speaks first.
  'outside-world.smtp': [Buffer.alloc(0), Buffer.from('EHLO probe\r\n'), Buffer.from('STARTTLS\r\n')],
};

/** A port of a unit that speaks TLS. */
export interface TlsPort {
  readonly unit: Unit;
  /** `sql`, `http`. */
  readonly name: string;
  readonly port: number;
}

/** Every port that speaks TLS, of these units or of all. */
export const tlsPorts = (ports: Readonly<Record<string, number>>, units: readonly Unit[] = everyUnit()): TlsPort[] =>
  units.flatMap((unit) =>
    Object.keys(unit.part.ports)
      .filter((name) => !(portKey(unit.partName, name) in CLEAR_PORTS))
      .map((name) => ({ unit, name, port: ports[portKey(unit.name, name)]! })),
  );

const HOST = '127.0.0.1';
const ANSWER_WITHIN_MS = 5_000;

/**
 * The certificate that is shown at a port. Nothing is said to the server.
 * @param ca the certificate of the CA to believe
 * @throws when nobody answers in time, or not in TLS, or with a certificate that is not believed
 */
export async function certificateAt({ unit, name, port }: TlsPort, ca: string): Promise<X509Certificate> {
  const wire = connect({ port, host: HOST });
  wire.setTimeout(ANSWER_WITHIN_MS, () => wire.destroy(new Error(`it did not answer within ${ANSWER_WITHIN_MS} ms`)));
  try {
    const socket = await overTls(wire, ca, BEFORE_TLS[portKey(unit.partName, name)]);
    return new X509Certificate(socket.getPeerCertificate().raw);
  } finally {
    wire.destroy();
  }
}
