import { speech } from '../shared/words.ts';
import type { Key } from './words.en.ts';

export const [SpeechProvider, useSpeech] = speech<Key>();
