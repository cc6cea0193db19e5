import { type ReactNode, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { chooseLanguage, chosenLanguage, type Language, showLanguage } from './language.ts';
import { chosenTheme, showTheme } from './theme.ts';

/** Shows a page in the language and theme that were chosen. `page` is asked again when somebody switches. */
export function start(page: (language: Language, speak: (language: Language) => void) => ReactNode): void {
  showTheme(chosenTheme());
  createRoot(document.getElementById('page')!).render(
    <StrictMode>
      <Spoken page={page} />
    </StrictMode>,
  );
}

function Spoken({ page }: { readonly page: Parameters<typeof start>[0] }) {
  const [language, setLanguage] = useState(() => {
    const first = chosenLanguage();
    showLanguage(first);
    return first;
  });
  const speak = (chosen: Language) => {
    chooseLanguage(chosen);
    showLanguage(chosen);
    setLanguage(chosen);
  };
  return page(language, speak);
}
