import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

interface SignIn {
  readonly user: string;
  readonly password: string;
}

/** Both stand in the broker's own file, which PLAIN reads. */
interface KafkaSignIn extends SignIn {
  readonly mechanism: 'plain';
}

/** What the stack writes into `connections.json` of an instance: where its servers are, and how specs and tools sign in. */
export interface Connections {
  readonly instance: string;
  /** The folder with its passwords and keys, a file each. */
  readonly secrets: string;
  /** Left out: everything goes in clear text. */
  readonly tls?: {
    /** The CA's certificate, in PEM. */
    readonly ca: string;
    /** The key and certificate with which to call a replica, in PEM. */
    readonly probe: string;
    /** Has a folder for each party, with its files. */
    readonly dir: string;
  };
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly ssl: { readonly ca: string } | false;
    readonly superuser: SignIn;
  };
  readonly rabbitmq: {
    readonly host: string;
    readonly port: number;
    readonly vhost: string;
    readonly ca?: string;
    /** The address of its HTTP API. */
    readonly management: string;
    readonly deploy: SignIn;
    /** May do everything. The default instance has none. */
    readonly administrator?: SignIn;
  };
  /** What opens each door of the outside world. */
  readonly outsideWorld: { readonly providerKey: string; readonly smtp: SignIn; readonly operatorToken: string };
  readonly kafka: {
    readonly brokers: string[];
    readonly ca?: string;
    readonly deploy: KafkaSignIn;
    /** May do everything. The default instance has none. */
    readonly administrator?: KafkaSignIn;
  };
  /** Where people and programs get their tokens. */
  readonly identity: {
    readonly issuer: string;
    /** By the name with which they sign in. */
    readonly people: Readonly<Record<string, { readonly password: string }>>;
    /** A client that speaks for itself, by `client_credentials`. */
    readonly machine: { readonly clientId: string; readonly secret: string };
  };
}

/** Whoever reads it then believes the instance's CA, beside those that Node brings: `fetch` takes no CA with a request. */
export function readConnections(file: string): Connections {
  const connections = JSON.parse(readFileSync(file, 'utf8')) as Connections;
  const known = getCACertificates('default');
  if (connections.tls && !known.includes(connections.tls.ca)) setDefaultCACertificates([...known, connections.tls.ca]);
  return connections;
}
