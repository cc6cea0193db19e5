import { handlers } from 'virtual:handlers';
import { useSpeech } from '../speech.ts';

/** The code that did a step, and where it stands in the repository. */
export default function Code({ of: key }: { readonly of: string }) {
  const { say } = useSpeech();
  const place = handlers[key];
  if (!place) return null;
  return (
    <section aria-label={say('details.code')}>
      <h3>{say('details.code')}</h3>
      <p>
        <code>
          {place.file}:{place.line}
        </code>
      </p>
      {place.code && <pre tabIndex={0}>{place.code}</pre>}
    </section>
  );
}
