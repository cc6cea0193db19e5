import { useSpeech } from '../speech.ts';

const LOSE_ANSWERS = `curl -X PUT http://127.0.0.1:8090/faults -H 'content-type: application/json' -d '{"provider": {"loseAnswer": 0.5}}'`;
const NO_FAULTS = `curl -X PUT http://127.0.0.1:8090/faults -H 'content-type: application/json' -d '{}'`;

const BREAKS = [
  ['kill', ['npm run stack -- kill payment-1']],
  ['broker', ['npm run stack -- stop rabbitmq']],
  ['kafka', ['npm run stack -- stop kafka']],
  ['provider', [LOSE_ANSWERS]],
  ['back', ['npm run stack -- start rabbitmq', 'npm run stack -- start kafka', NO_FAULTS]],
] as const;

/** Each fault with what will be seen of it, and the command that causes it. */
export function BreakItPage() {
  const { say } = useSpeech();
  return (
    <>
      <ul className="breaks">
        {BREAKS.map(([name, commands]) => (
          <li key={name} className="card">
            <h2>{say(`break.${name}`)}</h2>
            <p>{say(`predict.${name}`)}</p>
            <pre tabIndex={0}>{commands.join('\n')}</pre>
          </li>
        ))}
      </ul>
      <p className="soft">{say('break.note')}</p>
    </>
  );
}
