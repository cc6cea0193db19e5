import '../shared/shared.css';
import './shop.css';
import { start } from '../shared/start.tsx';
import { sayIn } from '../shared/words.ts';
import { Shop } from './Shop.tsx';
import { session } from './sign-in/signed-in.ts';
import { SpeechProvider } from './speech.ts';
import { en } from './words.en.ts';
import { zh } from './words.zh.ts';

const words = { en, zh };

// Without an issuer the shop is shown all the same, to nobody in particular.
await session.start().catch(() => {});
start((language, speak) => (
  <SpeechProvider value={{ language, speak, say: sayIn(words[language]) }}>
    <Shop />
  </SpeechProvider>
));
