import { clock, megabytes } from '../short.ts';
import { useFeed } from '../live/feed.tsx';
import { useSpeech } from '../speech.ts';

/** Every replica, and every server that Prometheus asks. */
export function ProcessesPage() {
  const { say } = useSpeech();
  const { state } = useFeed();
  if (!state) return <p className="soft">{say('loading')}</p>;
  return (
    <>
      {state.problem && <p className="problem">{say('problem', { text: state.problem })}</p>}
      <div className="scroll card" role="region" aria-label={say('page.processes')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th>{say('processes.name')}</th>
              <th>{say('processes.state')}</th>
              <th>{say('processes.since')}</th>
              <th>{say('processes.started')}</th>
              <th className="number">{say('processes.memory')}</th>
              <th>{say('processes.version')}</th>
              <th>{say('processes.log')}</th>
            </tr>
          </thead>
          <tbody>
            {state.replicas.map(({ name, up, since, startedAt, memoryBytes, version, node }) => (
              <tr key={name}>
                <td>{name}</td>
                <td>
                  <State up={up} />
                </td>
                <td>{clock(since)}</td>
                <td>{startedAt === undefined ? '' : clock(startedAt * 1_000)}</td>
                <td className="number">{memoryBytes === undefined ? '' : megabytes(memoryBytes)}</td>
                <td className="soft">{version === undefined ? '' : `${version}, Node ${node ?? ''}`}</td>
                <td>
                  <code>npm run stack -- logs {name}</code>
                </td>
              </tr>
            ))}
            {state.targets.map(({ job, up }) => (
              <tr key={job}>
                <td>{job}</td>
                <td>
                  <State up={up} />
                </td>
                <td colSpan={5} className="soft">
                  {say('processes.byPrometheus')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="soft">{say('processes.note')}</p>
    </>
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
