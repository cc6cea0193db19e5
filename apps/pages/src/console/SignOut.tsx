import { useEffect, useState } from 'react';
import { ask } from '../shared/ask.ts';
import { useSpeech } from './speech.ts';

/** Who has signed in, and the way out. Where this console asks nobody to sign in there is neither. */
export function SignOut() {
  const { say } = useSpeech();
  const [sub, setSub] = useState<string>();
  useEffect(() => {
    ask<{ sub: string }>('/session').then(
      (session) => setSub(session.sub),
      () => {},
    );
  }, []);
  if (sub === undefined) return null;
  const leave = async () => {
    const { next } = await ask<{ next: string }>('/session/sign-out', { method: 'POST' });
    location.assign(next);
  };
  return (
    <button type="button" className="quiet" onClick={() => void leave()}>
      {say('sign-out', { sub })}
    </button>
  );
}
