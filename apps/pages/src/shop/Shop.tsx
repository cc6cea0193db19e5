import { type ReactNode, useEffect } from 'react';
import { Choices } from '../shared/Choices.tsx';
import { useKept } from '../shared/kept.ts';
import { Link } from '../shared/Link.tsx';
import { usePath } from '../shared/place.ts';
import { usePolled } from '../shared/poll.ts';
import { readProducts } from './api.ts';
import { BasketPage } from './BasketPage.tsx';
import { pieces } from './basket.ts';
import { counter } from './customer.ts';
import { OrderPage } from './OrderPage.tsx';
import { OrdersPage } from './OrdersPage.tsx';
import { PriceList } from './PriceList.tsx';
import { ProgressNotes } from './ProgressNotes.tsx';
import { SignInOrOut } from './sign-in/SignIn.tsx';
import { useSpeech } from './speech.ts';

/** A price list changes seldom, and the service decides what is paid. */
const PRICES_EVERY_MS = 300_000;
const calmly = () => PRICES_EVERY_MS;

export function Shop() {
  const { say } = useSpeech();
  const path = usePath();
  const products = usePolled(readProducts, calmly);
  useEffect(() => counter.resume(), []);
  useEffect(() => {
    document.title = say('title');
  }, [say]);
  const [, part, id] = path.split('/');
  return (
    <>
      <a className="skip" href="#content">
        {say('skip')}
      </a>
      <Head part={part ?? ''} />
      <main id="content">
        <ProgressNotes />
        {part === 'basket' ? (
          <BasketPage products={products.value} />
        ) : part !== 'orders' ? (
          <PriceList products={products} />
        ) : id ? (
          <OrderPage key={id} id={id} />
        ) : (
          <OrdersPage />
        )}
      </main>
      <footer className="soft">
        <p>{say('footer.demonstration')}</p>
        <p>
          <a href="/docs">{say('footer.api')}</a>
        </p>
      </footer>
    </>
  );
}

function Head({ part }: { readonly part: string }) {
  const { say, language, speak } = useSpeech();
  const count = pieces(useKept(counter.basket));
  const item = (to: string, own: string, content: ReactNode) => (
    <li>
      <Link to={to} current={part === own}>
        {content}
      </Link>
    </li>
  );
  return (
    <header className="head">
      <Link to="/" className="name">
        <img src="/favicon.svg" alt="" width="32" height="32" /> Waybill <span className="soft">{say('shop')}</span>
      </Link>
      <nav aria-label={say('navigation')}>
        <ul>
          {item('/', '', say('nav.list'))}
          {item('/orders', 'orders', say('nav.orders'))}
          {item(
            '/basket',
            'basket',
            <>
              {say('nav.basket')}
              {count > 0 && (
                <span className="count">
                  <span aria-hidden="true">{count}</span>
                  <span className="unseen">{say('nav.pieces', { count })}</span>
                </span>
              )}
            </>,
          )}
        </ul>
      </nav>
      <SignInOrOut />
      <Choices
        language={language}
        speak={speak}
        themeLabel={say('theme')}
        themes={{ system: say('theme.system'), light: say('theme.light'), dark: say('theme.dark') }}
      />
    </header>
  );
}
