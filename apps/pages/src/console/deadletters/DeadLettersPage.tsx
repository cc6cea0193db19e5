import { Link } from '../../shared/Link.tsx';
import { useSearch } from '../../shared/place.ts';
import { useSpeech } from '../speech.ts';
import { Acts } from './Acts.tsx';
import { GroupView } from './GroupView.tsx';
import { Groups } from './Groups.tsx';
import { addressOf, viewOf } from './letters.ts';
import { LetterView } from './LetterView.tsx';

/** What the services have given up, or keep for a later try: its groups, one group, or one message, with what people did. */
export function DeadLettersPage() {
  const { say } = useSpeech();
  const view = viewOf(useSearch());
  const { state, service, type, error, letter } = view;
  if (service !== undefined && letter !== undefined) return <LetterView key={addressOf(view)} service={service} id={letter} />;
  if (service !== undefined && type !== undefined && error !== undefined)
    return <GroupView key={addressOf(view)} {...view} service={service} type={type} error={error} />;
  return (
    <>
      <ul className="bar" aria-label={say('dead.which')}>
        {(['dead', 'waiting'] as const).map((each) => (
          <li key={each}>
            <Link to={addressOf({ state: each })} className="choice" current={each === state}>
              {say(`dead.${each}`)}
            </Link>
          </li>
        ))}
      </ul>
      <Groups state={state} />
      <Acts />
    </>
  );
}
