import { useEffect, useRef, useState } from 'react';
import { ask, Unanswered } from '../../shared/ask.ts';
import { useSpeech } from '../speech.ts';
import { type Act, type Break, type Breakable, isWell } from './break-it.ts';
import { actCommand, faultCommand } from './commands.ts';
import type { AllSeen } from './seen.ts';
import { UnitState } from './UnitState.tsx';

interface ChosenProps {
  readonly chosen: Break;
  readonly seen: AllSeen;
  readonly where: Breakable;
  /** Looks at once how it is now. */
  readonly again: () => void;
}

/** One break: what will be seen of it and why it holds, the button and the command, and what should have been seen. */
export function Chosen({ chosen, seen, where, again }: ChosenProps) {
  const { say } = useSpeech();
  const heading = useRef<HTMLHeadingElement>(null);
  // On a telephone it lies below the list, and a screen reader would not hear that it is there.
  useEffect(() => heading.current?.focus(), []);
  const name = nameOf(chosen, say);
  return (
    <section className="card chosen" aria-labelledby="chosen">
      <h2 id="chosen" ref={heading} tabIndex={-1}>
        {name}
      </h2>
      {chosen.what === 'unit' && (
        <p className={isWell(chosen.unit) ? 'unit' : 'unit dead'}>
          <UnitState unit={chosen.unit} seen={seen[chosen.unit.name]} />
        </p>
      )}
      <h3>{say('break.before')}</h3>
      <p>{say(`predict.${chosen.prediction}`)}</p>
      <p className="soft">{say('break.held', { promise: say(`held.${chosen.held}`) })}</p>
      <h3>{say('break.now')}</h3>
      <Acts chosen={chosen} name={name} where={where} again={again} />
      <h3>{say('break.after')}</h3>
      <p>{say(`saw.${chosen.saw}`)}</p>
    </section>
  );
}

type Say = ReturnType<typeof useSpeech>['say'];

const nameOf = (chosen: Break, say: Say): string =>
  chosen.what === 'fault'
    ? say('break.faultOf', { who: say(`break.group.${chosen.saw}`), fault: say(`fault.${chosen.fault.name}`) })
    : say('break.actOn', { act: say(`act.${chosen.act}`), name: chosen.unit.name });

interface Button {
  readonly label: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly command: string;
  readonly first: boolean;
}

function buttonsOf(chosen: Break, name: string, where: Breakable, say: Say): Button[] {
  if (chosen.what === 'fault') {
    const path = `/console/api/break-it/faults/${chosen.fault.name}`;
    const command = (settings: object) => faultCommand(where, settings);
    return [
      { label: say('break.switchOn'), method: 'PUT', path, command: command(chosen.fault.settings), first: !chosen.fault.on },
      { label: say('break.switchOff'), method: 'DELETE', path, command: command({}), first: chosen.fault.on === true },
    ];
  }
  const { unit, act, undo } = chosen;
  const button = (each: Act, label: string, first: boolean): Button => ({
    label,
    method: 'POST',
    path: `/console/api/break-it/units/${unit.name}/${each}`,
    command: actCommand(where, each, unit.name),
    first,
  });
  const undone = undo ?? (where.runs === 'containers' ? 'start' : undefined);
  const broken = unit.state === 'suspended' || unit.state === 'stopped';
  return [
    button(act, name, !broken),
    ...(undone ? [button(undone, say('break.actOn', { act: say(`act.${undone}`), name: unit.name }), broken)] : []),
  ];
}

/** The button of each act and below it the command that does the same; in containers the command alone for what Docker holds. */
function Acts({ chosen, name, where, again }: Pick<ChosenProps, 'chosen' | 'where' | 'again'> & { readonly name: string }) {
  const { say } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const buttons = buttonsOf(chosen, name, where, say);
  const byButton = chosen.what === 'fault' || where.runs === 'processes';
  const act = async ({ method, path }: Button) => {
    setBusy(true);
    setProblem('');
    try {
      await ask(path, { method });
    } catch (error) {
      setProblem(error instanceof Unanswered ? say('break.noAnswer') : (error as Error).message);
    }
    setBusy(false);
    again();
  };
  const done = chosen.what === 'unit' ? chosen.unit.done : undefined;
  return (
    <>
      {buttons.map((button) => (
        <div key={button.label} className="act">
          {byButton && (
            <button type="button" className={button.first ? 'first' : ''} disabled={busy} onClick={() => void act(button)}>
              {button.label}
            </button>
          )}
          <Command text={button.command} label={button.label} />
        </div>
      ))}
      <p role="status" className={problem || done?.failed ? 'problem' : 'soft'}>
        {problem || (done && (done.failed ?? done.said ?? say('break.underWay')))}
      </p>
    </>
  );
}

/** A command to copy. */
export function Command({ text, label }: { readonly text: string; readonly label: string }) {
  const { say } = useSpeech();
  const [copied, setCopied] = useState<'' | 'copied' | 'notCopied'>('');
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied('copied'),
      () => setCopied('notCopied'),
    );
  return (
    <div className="command">
      <pre tabIndex={0} aria-label={say('break.commandFor', { label })}>
        {text}
      </pre>
      <button type="button" className="link" onClick={() => void copy()}>
        {say('break.copy')} <span className="unseen">{label}</span>
      </button>
      <span role="status">{copied && say(copied)}</span>
    </div>
  );
}
