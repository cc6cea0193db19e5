import { tables } from 'virtual:tables';
import type { Place } from '../answers.ts';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';

/** Which service may write and read what: at the brokers by the contracts, in the databases by who owns them. */
export function Rights() {
  const { say } = useSpeech();
  const { answer: places } = useAnswer<Place[]>('/contracts/places');
  if (!places) return null;
  const services = Object.keys(tables.byService).sort();
  return (
    <section className="card">
      <h2>{say('rights.title')}</h2>
      <div className="scroll" role="region" aria-label={say('rights.title')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th>{say('rights.place')}</th>
              {services.map((service) => (
                <th key={service}>{service}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {places.map(({ name, kind, writers, readers }) => (
              <tr key={`${kind} ${name}`}>
                <th scope="row">
                  <span className="soft">{say(`rights.${kind}`)}</span> {name}
                </th>
                {services.map((service) => (
                  <td key={service}>
                    <Right writes={writers.includes(service)} reads={readers.includes(service)} />
                  </td>
                ))}
              </tr>
            ))}
            {services.map((owner) => (
              <tr key={owner}>
                <th scope="row">
                  <span className="soft">{say('rights.database')}</span> {owner}
                </th>
                {services.map((service) => (
                  <td key={service} className="wraps">
                    <Right writes={service === owner} reads={service === owner} />
                    {service === owner && (
                      <span className="soft"> {[...(tables.byService[owner] ?? []), ...tables.everywhere].join(', ')}</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="soft">{say('rights.rest')}</p>
    </section>
  );
}

function Right({ writes, reads }: { readonly writes: boolean; readonly reads: boolean }) {
  const { say } = useSpeech();
  if (!writes && !reads) return <span className="soft">–</span>;
  return <strong>{[writes && say('rights.writes'), reads && say('rights.reads')].filter(Boolean).join(', ')}</strong>;
}
