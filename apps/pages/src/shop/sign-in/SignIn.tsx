import { session, usePerson } from './signed-in.ts';
import { useSpeech } from '../speech.ts';

/** In the head of every page: who has signed in, or the way to do so. */
export function SignInOrOut() {
  const { say } = useSpeech();
  const person = usePerson();
  if (!person)
    return (
      <button type="button" className="quiet" onClick={() => void session.signIn()}>
        {say('sign-in')}
      </button>
    );
  return (
    <p className="person">
      <span className="soft">{person.email ?? person.sub}</span>
      <button type="button" className="quiet" onClick={() => void session.signOut()}>
        {say('sign-out')}
      </button>
    </p>
  );
}

/** In the place of what belongs to one person alone. */
export function SignInFirst() {
  const { say } = useSpeech();
  return (
    <div className="card sign-in">
      <p>{say('sign-in.first')}</p>
      <button type="button" className="first" onClick={() => void session.signIn()}>
        {say('sign-in')}
      </button>
    </div>
  );
}
