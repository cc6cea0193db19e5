import { milliseconds } from '../journey/milliseconds.ts';
import { useSpeech } from '../speech.ts';
import { isWell, type Unit } from './break-it.ts';
import type { Seen } from './seen.ts';

const STATES = ['waiting', 'starting', 'ready', 'suspended', 'stopping', 'stopped', 'restarting', 'crash-looping'] as const;

/** A name and how it is: red as long as it is not well. In containers nobody tells. */
export function UnitState({ unit, seen = {} }: { readonly unit: Unit; readonly seen: Seen | undefined }) {
  const { say } = useSpeech();
  const well = isWell(unit);
  const state = STATES.find((each) => each === unit.state);
  return (
    <span className="unit-state">
      {unit.state !== undefined && (
        <span aria-hidden="true" className={well ? 'good' : ''}>
          {well ? '●' : '✕'}
        </span>
      )}{' '}
      <strong>{unit.name}</strong> {state && <span>{say(state === 'ready' && !well ? 'state.unwell' : `state.${state}`)}</span>}
      {seen.awaySince === undefined && seen.awayMs !== undefined && (
        <span className="soft"> {say('break.wasAway', { time: milliseconds(seen.awayMs) })}</span>
      )}
    </span>
  );
}
