import { useEffect } from 'react';
import { Choices } from '../shared/Choices.tsx';
import { Link } from '../shared/Link.tsx';
import { usePath } from '../shared/place.ts';
import { pageOf, PAGES } from './pages.ts';
import { useSpeech } from './speech.ts';

export function Console() {
  const { say, language, speak } = useSpeech();
  const page = pageOf(usePath());
  const title = say(`page.${page}`);
  useEffect(() => {
    document.title = `${title} · Waybill ${say('title')}`;
  }, [title, say]);
  return (
    <>
      <a className="skip" href="#content">
        {say('skip')}
      </a>
      <header className="head">
        <Link to="/" className="name">
          Waybill <span className="soft">{say('title')}</span>
        </Link>
        <nav aria-label={say('navigation')}>
          <ul>
            {PAGES.map((each) => (
              <li key={each}>
                <Link to={each === 'live' ? '/' : `/${each}`} current={each === page}>
                  {say(`page.${each}`)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Choices
          language={language}
          speak={speak}
          themeLabel={say('theme')}
          themes={{ system: say('theme.system'), light: say('theme.light'), dark: say('theme.dark') }}
        />
      </header>
      <main id="content">
        <h1>{title}</h1>
        <section className="card">
          <h2>{say('empty.title')}</h2>
          <p>{say('empty.text')}</p>
          <ul>
            <li>
              <a href="/prometheus/">{say('prometheus')}</a>
            </li>
            <li>
              <a href="/rabbitmq/">{say('rabbitmq')}</a>
            </li>
          </ul>
        </section>
      </main>
    </>
  );
}
