import { useState } from 'react';
import { type Language, LANGUAGES, NAMES, tagOf } from './language.ts';
import { chooseTheme, chosenTheme, nextTheme, SIGNS, type Theme } from './theme.ts';

interface ChoicesProps {
  readonly language: Language;
  readonly speak: (language: Language) => void;
  /** How the themes are called in this language. */
  readonly themes: Readonly<Record<Theme, string>>;
  readonly themeLabel: string;
}

/** Language and theme, for the head of a page. */
export function Choices({ language, speak, themes, themeLabel }: ChoicesProps) {
  const [theme, setTheme] = useState(chosenTheme);
  const other = LANGUAGES.find((each) => each !== language)!;
  const change = () => {
    const next = nextTheme(theme);
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <div className="choices">
      <button type="button" className="quiet" lang={tagOf(other)} onClick={() => speak(other)}>
        {NAMES[other]}
      </button>
      <button
        type="button"
        className="quiet"
        aria-label={`${themeLabel}: ${themes[theme]}`}
        title={themes[theme]}
        onClick={change}
      >
        <span aria-hidden="true">{SIGNS[theme]}</span>
      </button>
    </div>
  );
}
