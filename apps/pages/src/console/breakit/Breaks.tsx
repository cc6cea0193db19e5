import { Link } from '../../shared/Link.tsx';
import { useSpeech } from '../speech.ts';
import { type Break, isWell, type Unit } from './break-it.ts';
import { type AllSeen } from './seen.ts';
import { UnitState } from './UnitState.tsx';

interface BreaksProps {
  readonly breaks: readonly Break[];
  readonly seen: AllSeen;
  readonly chosen: string | undefined;
}

type UnitBreak = Extract<Break, { what: 'unit' }>;
type FaultBreak = Extract<Break, { what: 'fault' }>;

/** Everything that may be broken, in groups, and how it is now. */
export function Breaks({ breaks, seen, chosen }: BreaksProps) {
  const { say } = useSpeech();
  const units = breaks.filter((each): each is UnitBreak => each.what === 'unit');
  const faults = breaks.filter((each): each is FaultBreak => each.what === 'fault');
  return (
    <nav className="breaks" aria-label={say('break.list')}>
      {(['replica', 'server'] as const).map((group) => (
        <section key={group} className="card">
          <h2>{say(`break.group.${group}`)}</h2>
          <ul>
            {unitsOf(units, group).map((unit) => (
              <li key={unit.name} className={isWell(unit) ? 'unit' : 'unit dead'}>
                <UnitState unit={unit} seen={seen[unit.name]} />
                <span className="bar">
                  {units
                    .filter((each) => each.unit.name === unit.name)
                    .map(({ id, act }) => (
                      <Link key={id} to={`/break/${id}`} className="choice" current={id === chosen}>
                        {say(`act.${act}`)} <span className="unseen">{unit.name}</span>
                      </Link>
                    ))}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {(['provider', 'mail'] as const).map((outside) => (
        <section key={outside} className="card">
          <h2>{say(`break.group.${outside}`)}</h2>
          <ul>
            {faults
              .filter(({ saw }) => saw === outside)
              .map(({ id, fault }) => (
                <li key={id}>
                  <Link to={`/break/${id}`} className="choice" current={id === chosen}>
                    {say(`fault.${fault.name}`)}
                  </Link>
                  {fault.on && (
                    <strong className="bad">
                      <span aria-hidden="true">✕</span> {say('break.isOn')}
                    </strong>
                  )}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

/** Each unit once. */
const unitsOf = (units: readonly UnitBreak[], group: Unit['group']): Unit[] =>
  [...new Map(units.map(({ unit }) => [unit.name, unit])).values()].filter((unit) => unit.group === group);
