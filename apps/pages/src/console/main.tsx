import '../shared/shared.css';
import './console.css';
import { start } from '../shared/start.tsx';
import { sayIn } from '../shared/words.ts';
import { Console } from './Console.tsx';
import { FeedProvider } from './live/feed.tsx';
import { SpeechProvider } from './speech.ts';
import { en } from './words.en.ts';
import { zh } from './words.zh.ts';

const words = { en, zh };

start((language, speak) => (
  <SpeechProvider value={{ language, speak, say: sayIn(words[language]) }}>
    <FeedProvider>
      <Console />
    </FeedProvider>
  </SpeechProvider>
));
