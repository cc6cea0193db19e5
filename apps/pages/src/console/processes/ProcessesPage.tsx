import type { ReactNode } from 'react';
import { choose, useSearch } from '../../shared/place.ts';
import type { Logs, SystemState } from '../answers.ts';
import { useFeed } from '../live/feed.tsx';
import { clock, megabytes } from '../short.ts';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';
import { Log } from './Log.tsx';
import { summaryOf } from './summary.ts';

/** What `npm run stack -- status` prints, each replica, and the end of any log. */
export function ProcessesPage() {
  const { say } = useSpeech();
  const { state } = useFeed();
  const { answer: logs } = useAnswer<Logs>('/logs');
  const search = useSearch();
  const log = search.get('log');
  const others = logs?.names.filter((file) => !state?.replicas.some(({ name }) => name === file));
  if (!state) return <p className="soft">{say('loading')}</p>;
  return (
    <>
      {state.problem && <p className="problem">{say('problem', { text: state.problem })}</p>}
      {logs && log !== null && <Log key={log} name={log} find={search.get('find') ?? ''} logs={logs} />}
      <div className="processes">
        <Summary state={state} />
        <Replicas state={state} />
      </div>
      {others && others.length > 0 && (
        <p>
          {say('processes.others')}{' '}
          {others.map((name) => (
            <LogOf key={name} name={name}>
              {name}
            </LogOf>
          ))}
        </p>
      )}
      {logs?.readable && <p className="soft">{say('processes.note')}</p>}
    </>
  );
}

function Summary({ state }: { readonly state: SystemState }) {
  const { say } = useSpeech();
  return (
    <div className="scroll card" role="region" aria-label={say('processes.summary')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{say('processes.part')}</th>
            <th className="number">{say('processes.replicas')}</th>
            <th className="number">{say('processes.healthy')}</th>
            <th className="number">{say('processes.memory')}</th>
          </tr>
        </thead>
        <tbody>
          {summaryOf(state).map(({ name, replicas, healthy, memoryBytes }) => (
            <tr key={name}>
              <td>{name}</td>
              <td className="number">{replicas}</td>
              <td className={healthy < replicas ? 'number bad' : 'number'}>{healthy}</td>
              <td className="number">{memoryBytes === undefined ? '' : megabytes(memoryBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Replicas({ state }: { readonly state: SystemState }) {
  const { say } = useSpeech();
  return (
    <div className="scroll card" role="region" aria-label={say('page.processes')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{say('processes.name')}</th>
            <th>{say('processes.log')}</th>
            <th>{say('processes.state')}</th>
            <th>{say('processes.since')}</th>
            <th>{say('processes.started')}</th>
            <th className="number">{say('processes.memory')}</th>
            <th>{say('processes.version')}</th>
          </tr>
        </thead>
        <tbody>
          {state.replicas.map(({ name, up, since, startedAt, memoryBytes, version, node }) => (
            <tr key={name}>
              <td>{name}</td>
              <td>
                <LogOf name={name}>
                  {say('processes.show')} <span className="unseen">{name}</span>
                </LogOf>
              </td>
              <td>
                <State up={up} />
              </td>
              <td>{clock(since)}</td>
              <td>{startedAt === undefined ? '' : clock(startedAt * 1_000)}</td>
              <td className="number">{memoryBytes === undefined ? '' : megabytes(memoryBytes)}</td>
              <td className="soft">{version === undefined ? '' : `${version}, Node ${node ?? ''}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LogOf({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  const chosen = useSearch().get('log') === name;
  const show = () => {
    choose('find', undefined);
    choose('log', name);
    scrollTo(0, 0);
  };
  return (
    <button type="button" className="link" aria-pressed={chosen} onClick={show}>
      {children}
    </button>
  );
}

function State({ up }: { readonly up: boolean }) {
  const { say } = useSpeech();
  return (
    <span className={up ? 'good' : 'bad'}>
      <span aria-hidden="true">{up ? '●' : '✕'}</span> {say(up ? 'up' : 'down')}
    </span>
  );
}
