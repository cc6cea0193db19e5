import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Two commands that install or build at once would pull the files from under each other: the second one waits. A file in `folder`
 * says who works; one whose process has ended, be it by kill -9, is nobody's. Plain Node 20: it runs before anything is installed.
 */
export async function aloneIn(folder, work) {
  const file = join(folder, 'at-work');
  mkdirSync(folder, { recursive: true });
  for (let said = false; !takes(file); await delay(200)) {
    if (!said) console.error(`Waiting for another command that installs or builds here (it has written ${file}) ...`);
    said = true;
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release); // what fails ends this process
  await work();
  process.off('exit', release);
  release();
}

function takes(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAtWork(file)) rmSync(file, { force: true });
  return false;
}

function isAtWork(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // it is somebody else's
  }
}
