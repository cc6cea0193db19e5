import { join } from 'node:path';
import { run } from '@waybill/kit';

/** A Maven that runs, and the environment that it needs. */
export interface Maven {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The machine's own, when it runs: 3.6.3 is the oldest that copies dependencies. */
export async function mavenOfMachine(): Promise<Maven | undefined> {
  const answer = await run('mvn', ['--version'], { env: { ...process.env, LC_ALL: 'C' } }).catch(() => '');
  const [major, minor, patch] = (/Apache Maven (\d+)\.(\d+)\.(\d+)/.exec(answer) ?? []).slice(1).map(Number);
  const version = (major ?? 0) * 1e6 + (minor ?? 0) * 1e3 + (patch ?? 0);
  return version >= 3_006_003 ? { file: 'mvn', env: environment() } : undefined;
}

export function unpackedMaven(tree: string, javaHome: string): Maven {
  const { M2_HOME: _other, MAVEN_HOME: _another, ...env } = environment();
  return { file: join(tree, 'usr/share/maven/bin/mvn'), env: { ...env, JAVA_HOME: javaHome } };
}

/** Maven knows proxies from its settings file alone; those of the environment are handed to it as Java's properties. */
function environment(): NodeJS.ProcessEnv {
  const { HTTP_PROXY, HTTPS_PROXY, NO_PROXY } = process.env;
  const { http_proxy = HTTP_PROXY, https_proxy = HTTPS_PROXY, no_proxy = NO_PROXY, MAVEN_OPTS = '' } = process.env;
  const properties = [
    ...proxyProperties('http', http_proxy),
    ...proxyProperties('https', https_proxy),
    ...(no_proxy ? [`-Dhttp.nonProxyHosts=${nonProxyHosts(no_proxy)}`] : []),
    // Maven from 3.9 on looks at them only when told to.
    '-Daether.connector.http.useSystemProperties=true',
  ];
  return { ...process.env, MAVEN_OPTS: [...properties, MAVEN_OPTS].join(' ') };
}

function proxyProperties(scheme: 'http' | 'https', proxy: string | undefined): string[] {
  if (!proxy) return [];
  const { hostname, port, username, password } = new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
  const values = {
    Host: hostname,
    Port: port || '80',
    User: decodeURIComponent(username),
    Password: decodeURIComponent(password),
  };
  return Object.entries(values)
    .filter(([, value]) => value)
    .map(([name, value]) => `-D${scheme}.proxy${name}=${value}`);
}

/** `.example.com,10.0.0.1` reads `*.example.com|10.0.0.1` in Java. */
const nonProxyHosts = (list: string) =>
  list
    .split(',')
    .map((host) => host.trim().replace(/^\./, '*.'))
    .filter(Boolean)
    .join('|');
