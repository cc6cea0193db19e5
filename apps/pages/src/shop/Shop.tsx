import { useEffect, useState } from 'react';
import { ask } from '../shared/ask.ts';
import { Choices } from '../shared/Choices.tsx';
import { Link } from '../shared/Link.tsx';
import { money } from './money.ts';
import { useSpeech } from './speech.ts';

interface Product {
  readonly sku: string;
  readonly name: string;
  readonly unitPrice: number;
  readonly currency: string;
}

export function Shop() {
  const { say, language, speak } = useSpeech();
  const [products, setProducts] = useState<readonly Product[] | 'away'>([]);
  useEffect(() => {
    ask<Product[]>('/api/products').then(setProducts, () => setProducts('away'));
  }, []);
  return (
    <>
      <a className="skip" href="#content">
        {say('skip')}
      </a>
      <header className="head">
        <Link to="/" className="name">
          {say('title')}
        </Link>
        <Choices
          language={language}
          speak={speak}
          themeLabel={say('theme')}
          themes={{ system: say('theme.system'), light: say('theme.light'), dark: say('theme.dark') }}
        />
      </header>
      <main id="content">
        <h1>{say('list.title')}</h1>
        {products === 'away' ? (
          <p role="status">{say('list.away')}</p>
        ) : (
          <ul>
            {products.map(({ sku, name, unitPrice, currency }) => (
              <li key={sku} className="card">
                {name} {money(unitPrice, currency, language)}
              </li>
            ))}
          </ul>
        )}
      </main>
    </>
  );
}
