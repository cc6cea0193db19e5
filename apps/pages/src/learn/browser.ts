// What runs on a page of the site: colours, the contents on a narrow screen, and the search.
import '../shared/shared.css';
import '../shared/operations.css';
import './learn.css';
import { chooseTheme, chosenTheme, nextTheme, showTheme, SIGNS } from '../shared/theme.ts';
import { sayIn } from '../shared/words.ts';
import { excerpt, type Part, termsOf } from './terms.ts';
import { en } from './words.en.ts';
import { zh } from './words.zh.ts';

showTheme(chosenTheme());
const say = sayIn(document.documentElement.lang === 'zh-CN' ? zh : en);
const part = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;

function colours(): void {
  const button = part<HTMLButtonElement>('theme');
  const show = () => {
    const name = `${say('theme')}: ${say(`theme.${chosenTheme()}`)}`;
    button.setAttribute('aria-label', name);
    button.title = name;
    button.textContent = SIGNS[chosenTheme()];
  };
  button.addEventListener('click', () => {
    chooseTheme(nextTheme(chosenTheme()));
    show();
  });
  show();
}

function contents(): void {
  const button = part<HTMLButtonElement>('contents-button');
  button.addEventListener('click', () => {
    const open = button.getAttribute('aria-expanded') !== 'true';
    button.setAttribute('aria-expanded', String(open));
    document.body.classList.toggle('contents-open', open);
  });
}

/** The parts and what finds them. They come when somebody searches for the first time. */
async function load(): Promise<(typed: string) => readonly Part[]> {
  const [{ default: MiniSearch }, answer] = await Promise.all([import('minisearch'), fetch('/learn/search.json')]);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const parts = (await answer.json()) as readonly Part[];
  const search = new MiniSearch({
    idField: 'id',
    fields: ['page', 'heading', 'text'],
    tokenize: termsOf,
    processTerm: (term) => term,
    searchOptions: { boost: { page: 4, heading: 3 }, combineWith: 'AND', prefix: true },
  });
  search.addAll(parts.map((one, id) => ({ ...one, id })));
  return (typed) =>
    search
      .search(typed)
      .slice(0, 30)
      .map(({ id }) => parts[id as number]!);
}

function searching(): void {
  const dialog = part<HTMLDialogElement>('search');
  const input = part<HTMLInputElement>('search-input');
  const [list, told] = [part('search-results'), part('search-told')];
  let index: ReturnType<typeof load> | undefined;
  const open = () => {
    dialog.showModal();
    input.select();
    index ??= load();
  };
  part('search-button').addEventListener('click', open);
  part('search-close').addEventListener('click', () => dialog.close());
  addEventListener('keydown', (event) => {
    const writes = (event.target as Element).matches('input, textarea, select');
    if ((event.key === '/' && !writes) || (event.key === 'k' && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      open();
    }
  });
  const show = async () => {
    const typed = input.value;
    try {
      const found = typed.trim() === '' ? [] : (await (index ??= load()))(typed);
      // A slow answer to what was typed before.
      if (typed !== input.value) return;
      list.replaceChildren(...found.map((one) => result(one, termsOf(typed))));
      told.textContent =
        typed.trim() === '' ? '' : found.length === 0 ? say('search.none') : say('search.count', { count: found.length });
    } catch (error) {
      index = undefined;
      told.textContent = say('search.failed', { text: error instanceof Error ? error.message : String(error) });
    }
  };
  input.addEventListener('input', () => void show());
  part('search-form').addEventListener('submit', (event) => {
    event.preventDefault();
    list.querySelector('a')?.click();
  });
}

function result({ address, page, heading, text }: Part, terms: readonly string[]): HTMLElement {
  const link = Object.assign(document.createElement('a'), { href: address });
  const name = Object.assign(document.createElement('strong'), { textContent: heading || page });
  const where = Object.assign(document.createElement('span'), {
    className: 'soft',
    textContent: heading && heading !== page ? page : '',
  });
  const words = Object.assign(document.createElement('span'), { className: 'words', textContent: excerpt(text, terms) });
  link.append(name, ' ', where, words);
  link.addEventListener('click', () => part<HTMLDialogElement>('search').close());
  const item = document.createElement('li');
  item.append(link);
  return item;
}

colours();
contents();
searching();
