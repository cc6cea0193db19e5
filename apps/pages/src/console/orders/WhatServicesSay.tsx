import type { Journey } from '../answers.ts';
import { clock } from '../short.ts';
import { useSpeech } from '../speech.ts';

/** What the public API says: it is true without any span. */
export function WhatServicesSay({ journey }: { readonly journey: Journey }) {
  const { say } = useSpeech();
  const { history = [], payments = [], notifications = [], problems } = journey;
  return (
    <section className="says" aria-label={say('says.title')}>
      <div className="card">
        <h2>{say('says.history')}</h2>
        <ol>
          {history.map(({ version, status, at, message }) => (
            <li key={version}>
              <span className="when">{clock(Date.parse(at))}</span> <span className={`status ${status}`}>{status}</span>{' '}
              <span className="soft">{message ? say('says.by', { type: message.type }) : say('says.byRequest')}</span>
            </li>
          ))}
        </ol>
      </div>
      <div className="card">
        <h2>{say('says.payment')}</h2>
        {payments.map(({ status, attempts, reason }) => (
          <p key={status}>
            <span className={`status ${status}`}>{status}</span>{' '}
            <span className="soft">{say('says.attempts', { count: attempts })}</span> {reason}
          </p>
        ))}
        {payments.length === 0 && <p className="soft">{say('says.nothingYet')}</p>}
      </div>
      <div className="card">
        <h2>{say('says.mails')}</h2>
        {notifications.map(({ outcome, status, attempts }) => (
          <p key={outcome}>
            {outcome}: <span className={`status ${status}`}>{status}</span>{' '}
            <span className="soft">{say('says.attempts', { count: attempts })}</span>
          </p>
        ))}
        {notifications.length === 0 && <p className="soft">{say('says.nothingYet')}</p>}
      </div>
      {problems.length > 0 && (
        <ul className="note">
          {problems.map(({ part, detail }) => (
            <li key={part}>
              {part}: {detail}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
