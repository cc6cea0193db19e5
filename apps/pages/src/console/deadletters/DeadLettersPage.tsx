import { useFeed } from '../live/feed.tsx';
import { useSpeech } from '../speech.ts';

/** How many messages every service keeps, and the commands that look at them and send them again. */
export function DeadLettersPage() {
  const { say } = useSpeech();
  const { state } = useFeed();
  if (!state) return <p className="soft">{say('loading')}</p>;
  const services = [...new Set(state.parked.map(({ service }) => service))];
  const rows = (service: string, which: string) =>
    state.parked.find((row) => row.service === service && row.state === which)?.rows ?? 0;
  const dead = services.filter((service) => rows(service, 'dead') > 0);
  return (
    <>
      {state.problem && <p className="problem">{say('problem', { text: state.problem })}</p>}
      {!state.problem && dead.length === 0 && <p className="card empty">{say('dead.none')}</p>}
      {services.length > 0 && (
        <div className="scroll card" role="region" aria-label={say('page.dead-letters')} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>{say('dead.service')}</th>
                <th className="number">{say('dead.dead')}</th>
                <th className="number">{say('dead.waiting')}</th>
                <th>{say('dead.look')}</th>
              </tr>
            </thead>
            <tbody>
              {services.map((service) => (
                <tr key={service}>
                  <td>{service}</td>
                  <td className={rows(service, 'dead') > 0 ? 'number bad' : 'number soft'}>{rows(service, 'dead')}</td>
                  <td className={rows(service, 'waiting') > 0 ? 'number warn' : 'number soft'}>{rows(service, 'waiting')}</td>
                  <td>
                    <code>npm run stack -- dead-letters list --service {service}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="soft">{say('dead.note')}</p>
    </>
  );
}
