// The door to every command: `node tools/run.mjs COMMAND [ARG ...]`.
// Starts from plain Node >= 20 without node_modules, installs what the lock file names when that is needed,
// builds what changed, and goes on under the project's own Node 24 (tools are .ts files that Node 24 runs as they are).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aloneIn } from './alone-in.mjs';
import { copiedNames } from './copied.mjs';
import { missingFolders, settingsInTheWay, wantedFolders } from './packages.mjs';

const started = Date.now();
const root = fileURLToPath(new URL('..', import.meta.url));
const tools = {
  demo: 'tools/demo/src/main.ts',
  test: 'tools/test/src/main.ts',
  stack: 'tools/stack/src/main.ts',
  check: 'tools/check/src/main.ts',
  generate: 'tools/generate/src/main.ts',
  essay: 'tools/examples/src/essay.ts',
  examples: 'tools/examples/src/servers.ts',
  'supply-chain': 'tools/check/src/supply-chain.ts',
  token: 'tools/sign-in/src/main.ts',
  'another-issuer': 'tools/sign-in/src/another-issuer.ts',
  openapi: 'tools/api/src/main.ts',
  asyncapi: 'tools/api/src/write-asyncapi.ts',
  bench: 'tools/bench/src/main.ts',
  'compare-queues': 'tools/bench/src/queues/main.ts',
  'compare-balancers': 'tools/bench/src/balancers/main.ts',
  faults: 'tools/faults/src/main.ts',
  alerts: 'tools/alerts/src/main.ts',
  mutants: 'tools/mutants/src/main.ts',
  without: 'tools/without/src/main.ts',
  upgrade: 'tools/upgrade/src/main.ts',
  lab: 'tools/labs/src/main.ts',
  drill: 'tools/drill/src/main.ts',
  'test:compose': 'tools/compose/src/main.ts',
  'test:logs': 'tools/logs/src/main.ts',
  boards: 'tools/boards/src/main.ts',
  browser: 'tools/browser/src/main.ts',
  commands: 'tools/commands/src/main.ts',
};

refuseOldNode();
const [command, ...args] = process.argv.slice(2);
if (command === 'check' || command === 'test') refuseCopiedNames();
if (!isInstalled() || (command in tools && !worksWithWhatIsBuilt(command, args[0]))) {
  await aloneIn(join(root, '.nx'), async () => {
    if (!isInstalled()) await install();
    if (command in tools) buildWhatChanged(projectNode());
  });
}
become(projectNode(), [programOf(command), ...args]);

function programOf(command) {
  if (command in tools) return join(root, tools[command]);
  return command === 'nx' ? join(root, 'node_modules/nx/dist/bin/nx.js') : binOf(command);
}

/** A stack can be looked at and ended while the code is broken. */
function worksWithWhatIsBuilt(command, verb) {
  const onlyLooksOrEnds = command === 'stack' && ['down', 'kill', 'logs', 'status', 'stop'].includes(verb);
  return onlyLooksOrEnds && existsSync(join(root, 'libs/messaging/dist/index.js'));
}

/** Under an older one npm leaves out, without a word, programs of linters and Vite: they are optional packages with `engines`. */
function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22) return;
  console.error(
    `Waybill needs Node 20.19, 22.12 or later to start, and this is ${process.version}: install a newer one from your package manager.`,
  );
  process.exit(1);
}

function refuseCopiedNames() {
  const places = copiedNames(root);
  if (places.length === 0) return;
  console.error(`A service has the name of another one, of which it is a copy:\n${places.join('\n')}`);
  process.exit(1);
}

/** Whether node_modules was made from this lock file, and nobody has thrown out again what only builds and tests need. */
function isInstalled() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  return existsSync(stamp()) && readFileSync(stamp(), 'utf8') === lockVersion() && existsSync(compiler);
}

function stamp() {
  return join(root, 'node_modules/.waybill-installed');
}

function lockVersion() {
  return createHash('sha256').update(readFileSync(lockFile())).digest('hex');
}

function lockFile() {
  return join(root, 'package-lock.json');
}

async function install() {
  const version = lockVersion(); // of what npm is about to read: the file may be another one when it has ended
  console.error('Installing npm packages (about 190 MB to download the first time) ...');
  const folders = wantedFolders(JSON.parse(readFileSync(lockFile(), 'utf8')));
  const progress = setInterval(reportPackages, 5000, folders);
  const failure = (await npmCi()) ?? leftOut(folders);
  clearInterval(progress);
  if (failure) {
    console.error(`The npm packages could not be installed: ${failure}`);
    process.exit(1);
  }
  writeFileSync(stamp(), version);
  console.error(`npm packages installed in ${seconds()} s.`);
}

/** Resolves with what went wrong, if anything did. */
function npmCi() {
  const npm = process.env.npm_execpath
    ? [process.execPath, process.env.npm_execpath]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
  // NODE_ENV=production, or `omit` in a shell's or a user's settings, would leave out what builds and what serves.
  const everything = ['--include=dev', '--include=optional', '--include=peer'];
  const child = spawn(npm[0], [...npm.slice(1), 'ci', ...everything, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  return new Promise((resolve) => {
    child.once('error', () =>
      resolve('npm itself is not on the path. Debian and Ubuntu have it in a package of its own, `npm`.'),
    );
    child.once('exit', (code, signal) => {
      if (code === 0) return resolve(undefined);
      resolve(
        `npm ci ended with ${signal || `code ${code}`}, its reason is above. Behind a proxy, set HTTPS_PROXY; with a private ` +
          'certificate, set NODE_EXTRA_CA_CERTS; then run the same command again: what was downloaded is kept.',
      );
    });
  });
}

/** What is missing although npm has ended well, if anything is: the next run would take it for installed. */
function leftOut(folders) {
  const missing = missingFolders(root, folders);
  if (missing.length === 0) return undefined;
  const settings = settingsInTheWay();
  return (
    `npm ci ended well and has left out ${missing.length} of ${folders.length} packages, ${missing[0]} among them. ` +
    (settings.length > 0
      ? `A setting of this shell is in the way: unset ${settings.join(', ')}, then run the same command again.`
      : 'A setting of npm is in the way: `npm config list` shows them.')
  );
}

function reportPackages(folders) {
  const there = folders.length - missingFolders(root, folders).length;
  console.error(`npm packages: ${there} of ${folders.length} in place, ${seconds()} s`);
}

function seconds() {
  return ((Date.now() - started) / 1000).toFixed(1);
}

/** The Node 24 that the lock file brings on Linux; elsewhere the one that runs this, when it is new enough. */
function projectNode() {
  const shipped = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(shipped)) return shipped;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 11)) return process.execPath;
  console.error(
    `On ${process.platform} Waybill needs Node 24.11 or later, and this is ${process.version}: install it, then run the same command again.`,
  );
  process.exit(1);
}

function projectEnvironment(node) {
  const { NODE_OPTIONS: _ignored, ...inherited } = process.env;
  const path = [join(node, '..'), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  return {
    ...inherited,
    PATH: path,
    NX_DAEMON: 'false',
    // Nx would keep what it built in ~/.nx and a copy of its own library in /tmp: here they are written into this folder.
    NX_CACHE_DIRECTORY: join(root, '.nx/cache'),
    NX_NATIVE_FILE_CACHE_DIRECTORY: join(root, '.nx/native'),
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'),
    // The demo counts its times from here, the installation included.
    WAYBILL_STARTED_AT: String(started),
  };
}

function buildWhatChanged(node) {
  if (!existsSync(join(root, 'apps/order/dist')))
    console.error('Building libraries and services, which takes a while the first time ...');
  const result = spawnSync(
    node,
    [join(root, 'node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build', '--outputStyle=static'],
    { cwd: root, env: projectEnvironment(node), encoding: 'utf8' },
  );
  if (result.status === 0) return;
  console.error(`${result.stdout}${result.stderr}\nThe build failed: the errors are above.`);
  process.exit(result.status ?? 1);
}

function binOf(name) {
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  return join(root, 'node_modules', name, typeof bin === 'string' ? bin : bin[name]);
}

/** Runs a program in this process's place: same input and output, signals passed on, its exit code is ours. */
function become(node, argv) {
  const child = spawn(node, argv, { cwd: root, stdio: 'inherit', env: projectEnvironment(node) });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {}); // Ctrl-C reaches the child by itself: it is in the same process group
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 128 : 1)));
}
