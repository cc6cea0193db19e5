import '../shared/shared.css';
import './shop.css';
import { start } from '../shared/start.tsx';
import { sayIn } from '../shared/words.ts';
import { Shop } from './Shop.tsx';
import { SpeechProvider } from './speech.ts';
import { en } from './words.en.ts';
import { zh } from './words.zh.ts';

const words = { en, zh };

start((language, speak) => (
  <SpeechProvider value={{ language, speak, say: sayIn(words[language]) }}>
    <Shop />
  </SpeechProvider>
));
