import { useState } from 'react';
import { ask } from '../../shared/ask.ts';
import { clock } from '../short.ts';
import { useSpeech } from '../speech.ts';
import type { Audit, Breakable } from './break-it.ts';
import { Command } from './Chosen.tsx';
import { auditCommand } from './commands.ts';

/** What the demo's audit calls its checks. */
const CHECKS = ['requests and orders', 'money', 'mails', 'ledgers', 'leftovers'] as const;
const KEYS = {
  'requests and orders': 'orders',
  money: 'money',
  mails: 'mails',
  ledgers: 'ledgers',
  leftovers: 'leftovers',
} as const;

interface VerdictProps {
  /** Left out in containers, where the console reaches no database. */
  readonly audit: Audit | undefined;
  readonly where: Breakable;
  readonly again: () => void;
}

/** Is every order accounted for? The demo's audit says it, check by check. */
export function Verdict({ audit, where, again }: VerdictProps) {
  const { say } = useSpeech();
  const [problem, setProblem] = useState('');
  const start = async () => {
    setProblem('');
    await ask('/console/api/break-it/audit', { method: 'POST' }).catch((error: Error) => setProblem(error.message));
    again();
  };
  const running = audit?.state === 'running';
  return (
    <section className="card" aria-labelledby="verdict">
      <h2 id="verdict">{say('verdict.title')}</h2>
      <p className="soft">{say(audit ? 'verdict.why' : 'verdict.containers')}</p>
      {audit && (
        <div className="bar">
          <button type="button" className="first" disabled={running} onClick={() => void start()}>
            {say(running ? 'verdict.running' : 'verdict.ask')}
          </button>
        </div>
      )}
      <Command text={auditCommand(where)} label={say('verdict.ask')} />
      <p role="status" className={audit?.ok ? 'good' : 'bad'}>
        {problem || (audit && sentenceOf(audit, say))}
      </p>
      {audit?.rows && <Rows rows={audit.rows} />}
    </section>
  );
}

function sentenceOf(audit: Audit, say: ReturnType<typeof useSpeech>['say']): string {
  if (audit.state === 'failed') return say('verdict.failed', { text: audit.problem ?? '' });
  if (audit.state !== 'done') return '';
  const at = clock(audit.endedAt ?? 0);
  return say(audit.ok ? 'verdict.clean' : 'verdict.unclean', { orders: audit.orders ?? 0, at });
}

function Rows({ rows }: { readonly rows: NonNullable<Audit['rows']> }) {
  const { say } = useSpeech();
  return (
    <div className="scroll" role="region" aria-label={say('verdict.rows')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{say('verdict.check')}</th>
            <th className="number">{say('verdict.looked')}</th>
            <th>{say('verdict.found')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ check, looked, found, violations }) => (
            <tr key={check}>
              <td className="wraps check">{wordOf(check, say)}</td>
              <td className="number">{looked}</td>
              <td className="wraps">
                {found === 0 ? (
                  <span className="good">
                    <span aria-hidden="true">✓</span> {say('verdict.nothing')}
                  </span>
                ) : (
                  <>
                    <strong className="bad">
                      <span aria-hidden="true">✕</span> {say('verdict.wrong', { count: found })}
                    </strong>
                    <ul>
                      {violations.map((violation) => (
                        <li key={violation}>{violation}</li>
                      ))}
                    </ul>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function wordOf(check: string, say: ReturnType<typeof useSpeech>['say']): string {
  const known = CHECKS.find((each) => each === check);
  return known ? say(`check.${KEYS[known]}`) : check;
}
