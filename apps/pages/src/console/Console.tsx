import { useEffect } from 'react';
import { Choices } from '../shared/Choices.tsx';
import { Link } from '../shared/Link.tsx';
import { usePath } from '../shared/place.ts';
import { BreakItPage } from './breakit/BreakItPage.tsx';
import { ContractsPage } from './contracts/ContractsPage.tsx';
import { DeadLettersPage } from './deadletters/DeadLettersPage.tsx';
import { useFeed } from './live/feed.tsx';
import { SignOut } from './SignOut.tsx';
import { LivePage } from './live/LivePage.tsx';
import { MeasurePage } from './measure/MeasurePage.tsx';
import { OrderPage } from './orders/OrderPage.tsx';
import { OrdersPage } from './orders/OrdersPage.tsx';
import { type Page, pageOf, PAGES } from './pages.ts';
import { Presentation, usePresenting } from './presenting.tsx';
import { ProcessesPage } from './processes/ProcessesPage.tsx';
import { useSpeech } from './speech.ts';

export function Console() {
  const { say, language, speak } = useSpeech();
  const path = usePath();
  const page = pageOf(path);
  const presenting = usePresenting() && (page === 'live' || page === 'orders');
  const title = say(`page.${page}`);
  useEffect(() => {
    document.title = `${title} · Waybill ${say('title')}`;
  }, [title, say]);
  if (presenting)
    return (
      <main id="content">
        <Presentation />
        <h1 className="unseen">{title}</h1>
        <Shown page={page} id={path.split('/')[2]} />
      </main>
    );
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
            <li>
              {/* Pages of their own, which nginx serves: the site of the documents. */}
              <a href={language === 'zh' ? '/learn/index.zh-CN.html' : '/learn/'}>{say('learn')}</a>
            </li>
          </ul>
        </nav>
        <Connection />
        <SignOut />
        <Choices
          language={language}
          speak={speak}
          themeLabel={say('theme')}
          themes={{ system: say('theme.system'), light: say('theme.light'), dark: say('theme.dark') }}
        />
      </header>
      <main id="content">
        <h1>{title}</h1>
        <Shown page={page} id={path.split('/')[2]} />
      </main>
    </>
  );
}

function Shown({ page, id }: { readonly page: Page; readonly id: string | undefined }) {
  switch (page) {
    case 'live':
      return <LivePage />;
    case 'orders':
      return id ? <OrderPage key={id} id={id} /> : <OrdersPage />;
    case 'break':
      return <BreakItPage id={id} />;
    case 'dead-letters':
      return <DeadLettersPage />;
    case 'contracts':
      return <ContractsPage />;
    case 'measure':
      return <MeasurePage />;
    case 'processes':
      return <ProcessesPage />;
  }
}

/** Whether what is shown is of this moment. */
function Connection() {
  const { say } = useSpeech();
  const { connection } = useFeed();
  return (
    <span className={`connection ${connection}`} role="status">
      <span aria-hidden="true">●</span> {say(`stream.${connection}`)}
    </span>
  );
}
