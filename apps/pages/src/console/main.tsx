import '../shared/shared.css';
import '../shared/operations.css';
import './console.css';
import { NOBODY } from '../shared/ask.ts';
import { start } from '../shared/start.tsx';
import { sayIn } from '../shared/words.ts';
import { Console } from './Console.tsx';
import { FeedProvider } from './live/feed.tsx';
import { SpeechProvider } from './speech.ts';
import { en } from './words.en.ts';
import { zh } from './words.zh.ts';

const words = { en, zh };

// The console itself goes to the issuer, and leads back here. Who has signed in there already is not asked again.
addEventListener(NOBODY, () =>
  location.assign(`/session/sign-in?${new URLSearchParams({ back: location.pathname + location.search })}`),
);

start((language, speak) => (
  <SpeechProvider value={{ language, speak, say: sayIn(words[language]) }}>
    <FeedProvider>
      <Console />
    </FeedProvider>
  </SpeechProvider>
));
