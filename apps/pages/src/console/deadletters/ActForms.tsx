import { type FormEvent, useState } from 'react';
import { ask, Refused } from '../../shared/ask.ts';
import { useSpeech } from '../speech.ts';
import { type Act, momentOf } from './letters.ts';

interface ActFormsProps {
  readonly service: string;
  readonly chosen: { readonly ids: readonly string[] } | { readonly type: string; readonly error: string };
  /** All of a group, so many in a second. */
  readonly asRate?: boolean;
  /** There is nothing that an act could change. */
  readonly idle?: boolean;
  /** How the command line names the same messages. */
  readonly command?: string | undefined;
  /** The act is done and kept. */
  readonly done: () => void;
}

/** Redrive and discard. What the service answers stands below them: the act, as it has kept it. */
export function ActForms({ service, chosen, asRate = false, idle = false, command, done }: ActFormsProps) {
  const { say } = useSpeech();
  const [rate, setRate] = useState('5');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [act, setAct] = useState<Act>();
  const [problem, setProblem] = useState('');
  const send = async (what: Act['act'], more: object) => {
    setBusy(true);
    setProblem('');
    setAct(undefined);
    try {
      const body = JSON.stringify({ ...chosen, ...more });
      const headers = { 'content-type': 'application/json' };
      setAct(await ask<Act>(`/console/api/dead-letters/${service}/${what}`, { method: 'POST', headers, body }));
      setReason('');
      done();
    } catch (error) {
      setProblem(told(error as Error));
    } finally {
      setBusy(false);
    }
  };
  const redrive = (event: FormEvent) => {
    event.preventDefault();
    void send('redrive', asRate ? { perSecond: Number(rate) } : {});
  };
  const discard = (event: FormEvent) => {
    event.preventDefault();
    void send('discard', { reason });
  };
  return (
    <>
      {!(idle && act) && (
        <div className="acts">
          <form onSubmit={redrive} className="bar">
            <button type="submit" className="first" disabled={busy || idle}>
              {say(asRate ? 'dead.redriveAll' : 'dead.redrive')}
            </button>
            {asRate && (
              <label>
                <input
                  type="number"
                  min="0.1"
                  max="1000"
                  step="any"
                  required
                  value={rate}
                  onChange={(event) => setRate(event.target.value)}
                />{' '}
                {say('dead.perSecond')}
              </label>
            )}
          </form>
          <form onSubmit={discard} className="bar">
            <label>
              <span className="unseen">{say('dead.reason')}</span>
              <input
                required
                maxLength={300}
                size={30}
                placeholder={say('dead.reason')}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            </label>
            <button type="submit" disabled={busy || idle || reason.trim() === ''}>
              {say(asRate ? 'dead.discardAll' : 'dead.discard')}
            </button>
          </form>
        </div>
      )}
      <p role="status" className={problem ? 'problem' : 'good'}>
        {problem || (act && <Done act={act} />)}
      </p>
      {command !== undefined && (
        <p className="soft">
          {say('dead.byCommand')} <code>npm run stack -- dead-letters redrive {command}</code>
        </p>
      )}
    </>
  );
}

/** With every wrong field. */
const told = (error: Error): string =>
  [
    error.message,
    ...((error instanceof Refused && error.problem.errors) || []).map(({ path, message }) => `${path} ${message}`),
  ].join('; ');

function Done({ act: { act, changed, at, lastDueAt } }: { readonly act: Act }) {
  const { say } = useSpeech();
  if (changed === 0) return say('dead.nothingDone');
  if (act === 'discard') return say('dead.discarded', { count: changed });
  if (lastDueAt === null || lastDueAt === at) return say('dead.redriven', { count: changed });
  return say('dead.redrivenUntil', { count: changed, at: momentOf(lastDueAt) });
}
