export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** How a language is called in itself, and what `lang` of the page says. */
export const NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' };
const TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };
const KEY = 'waybill.language';

/** The one that was chosen before, else the first of the browser's that there is, else English. */
export function chosenLanguage(stored = localStorage.getItem(KEY), browser: readonly string[] = navigator.languages): Language {
  const wanted = [stored ?? '', ...browser].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.flatMap((tag) => LANGUAGES.find((language) => language === tag) ?? [])[0] ?? 'en';
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
}

/** Tells the page's language to screen readers, fonts and hyphenation. */
export function showLanguage(language: Language): void {
  document.documentElement.lang = TAGS[language];
}

export const tagOf = (language: Language): string => TAGS[language];
