import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { instanceOf } from '@waybill/stack';
import type { Incident } from './incident.ts';

export const INSTANCE = 'drill';

/** A drill that is under way. */
export interface Game {
  readonly seed: number;
  /** When it was broken. Left out: it is whole still. */
  readonly brokenAt?: string;
  readonly answers: number;
  /** Why nothing could be broken, if so. */
  readonly failed?: string;
}

const file = () => instanceOf(INSTANCE).paths.of('game');

/** Not a secret: it only keeps the answer from being read in passing. */
const VEIL = 0x5a;
const veiled = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ VEIL));

export function readGame(): Game | undefined {
  if (!existsSync(file())) return undefined;
  return JSON.parse(veiled(Buffer.from(readFileSync(file(), 'utf8'), 'base64')).toString()) as Game;
}

export function writeGame(game: Game): void {
  mkdirSync(dirname(file()), { recursive: true });
  writeFileSync(file(), veiled(Buffer.from(JSON.stringify(game))).toString('base64'));
}

/** Who breaks it and sends orders sees that, and ends. */
export const endGame = (): void => rmSync(file(), { force: true });

export interface Answer {
  readonly what: string;
  readonly where: string;
}

export interface Grade {
  readonly right: boolean;
  readonly says: string;
  /** Of 10: five for what, five for where, one less for each answer before. */
  readonly points: number;
}

/** What an answer is worth. `nth` counts from 1. */
export function graded(incident: Pick<Incident, 'kind' | 'place'>, { what, where }: Answer, nth: number): Grade {
  const [isWhat, isWhere] = [what === incident.kind, where === incident.place];
  const points = Math.max(0, (isWhat ? 5 : 0) + (isWhere ? 5 : 0) - (nth - 1));
  if (isWhat && isWhere) return { right: true, points, says: `Right: ${what} at ${where}.` };
  if (isWhat) return { right: false, points, says: `It is ${what}, but not at ${where}.` };
  if (isWhere) return { right: false, points, says: `Something is wrong at ${where}, but it is not ${what}.` };
  return { right: false, points, says: 'Neither the one nor the other.' };
}
