import { useEffect } from 'react';
import { choose, useSearch } from '../shared/place.ts';
import { useSpeech } from './speech.ts';

/** `?present=1`: large, and few words, for a room. The address keeps it from page to page of the same order. */
export const usePresenting = (): boolean => useSearch().get('present') === '1';

/** Tells the style sheet, and gives the way out: a button, and Escape. */
export function Presentation() {
  const { say } = useSpeech();
  useEffect(() => {
    document.documentElement.dataset['present'] = '1';
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape') choose('present', undefined);
    };
    addEventListener('keydown', leave);
    return () => {
      delete document.documentElement.dataset['present'];
      removeEventListener('keydown', leave);
    };
  }, []);
  return (
    <button type="button" className="quiet end" aria-label={say('present.end')} onClick={() => choose('present', undefined)}>
      ✕
    </button>
  );
}

/** The way into it. */
export function Present() {
  const { say } = useSpeech();
  return (
    <button type="button" onClick={() => choose('present', '1')}>
      {say('present')}
    </button>
  );
}
