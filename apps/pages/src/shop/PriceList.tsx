import { useKept } from '../shared/kept.ts';
import type { Polled } from '../shared/poll.ts';
import type { Product } from './api.ts';
import { Art } from './Art.tsx';
import { added } from './basket.ts';
import { counter } from './customer.ts';
import { nameOf } from './names.ts';
import { Quantity } from './Quantity.tsx';
import { useSpeech } from './speech.ts';

export function PriceList({ products: { value: products, away } }: { readonly products: Polled<readonly Product[]> }) {
  const { say } = useSpeech();
  return (
    <>
      <div className="lead">
        <h1>{say('list.title')}</h1>
        <p className="soft">{say('list.lead')}</p>
      </div>
      {!products && <p role="status">{say(away ? 'away' : 'loading')}</p>}
      <ul className="things">
        {products?.map((product) => (
          <Thing key={product.sku} product={product} />
        ))}
      </ul>
    </>
  );
}

function Thing({ product }: { readonly product: Product }) {
  const { say, price } = useSpeech();
  const basket = useKept(counter.basket);
  const name = nameOf(product, say);
  return (
    <li className="thing card">
      <div className="tile">
        <Art sku={product.sku} />
      </div>
      <div className="named">
        <h2>{name}</h2>
        <p className="price">{price(product.unitPrice, product.currency)}</p>
      </div>
      {basket[product.sku] ? (
        <Quantity sku={product.sku} name={name} />
      ) : (
        <button
          type="button"
          aria-label={say('list.add-this', { name })}
          onClick={() => counter.basket.write(added(counter.basket.read(), product.sku, 1))}
        >
          {say('list.add')}
        </button>
      )}
    </li>
  );
}
