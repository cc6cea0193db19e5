import type { FormEvent } from 'react';
import { useKept } from '../shared/kept.ts';
import { Link } from '../shared/Link.tsx';
import type { Product } from './api.ts';
import { Art } from './Art.tsx';
import { type Parcel, parcels } from './basket.ts';
import { counter, customerId, email, payment } from './customer.ts';
import { nameOf } from './names.ts';
import { Quantity } from './Quantity.tsx';
import { useSpeech } from './speech.ts';

/** The documented test methods: each makes the provider behave in its own way. */
const PAYMENT_METHODS = ['pm_ok', 'pm_slow', 'pm_declined', 'pm_timeout_charged', 'pm_timeout_not_charged'] as const;

export function BasketPage({ products }: { readonly products: readonly Product[] | undefined }) {
  const { say } = useSpeech();
  const basket = useKept(counter.basket);
  const all = parcels(basket, products ?? []);
  if (Object.keys(basket).length > 0 && !products) return <p role="status">{say('loading')}</p>;
  return (
    <>
      <h1>{say('basket.title')}</h1>
      {all.length === 0 && (
        <p>
          {say('basket.empty')} <Link to="/">{say('basket.empty-hint')}</Link>
        </p>
      )}
      {all.length > 1 && <p className="soft">{say('basket.currencies', { count: all.length })}</p>}
      {all.map((parcel) => (
        <Order key={parcel.currency} parcel={parcel} />
      ))}
    </>
  );
}

/** What becomes one order. */
function Order({ parcel: { currency, lines, total } }: { readonly parcel: Parcel }) {
  const { say, price } = useSpeech();
  const { [currency]: pending } = useKept(counter.attempts);
  const address = useKept(email);
  const chosen = useKept(payment);
  const place = (event: FormEvent) => {
    event.preventDefault();
    counter.place({
      customerId: customerId(),
      email: address.trim(),
      currency,
      lines: lines.map(({ product: { sku }, quantity }) => ({ sku, quantity })),
      paymentMethod: chosen,
    });
  };
  return (
    <form className="basket card" onSubmit={place}>
      <div>
        <ul className="lines">
          {lines.map(({ product, quantity }) => (
            <li key={product.sku}>
              <Art sku={product.sku} />
              <span>{nameOf(product, say)}</span>
              <Quantity sku={product.sku} name={nameOf(product, say)} />
              <span className="price">{price(product.unitPrice * quantity, currency)}</span>
            </li>
          ))}
        </ul>
        <p className="total">
          <span>{say('basket.total')}</span> <strong>{price(total, currency)}</strong>
        </p>
      </div>
      <div>
        <label className="field">
          <span>{say('basket.email')}</span>
          <input
            type="email"
            name="email"
            autoComplete="email"
            required
            maxLength={254}
            value={address}
            aria-describedby={`hint-${currency}`}
            onChange={(event) => email.write(event.target.value)}
          />
          <span id={`hint-${currency}`} className="soft">
            {say('basket.email-hint')}
          </span>
        </label>
        <fieldset>
          <legend>{say('basket.pay')}</legend>
          {PAYMENT_METHODS.map((method) => (
            <label key={method} className="choice">
              <input
                type="radio"
                name={`payment-${currency}`}
                value={method}
                checked={chosen === method}
                onChange={() => payment.write(method)}
              />
              <span>{say(`pay.${method}`)}</span>
              <code className="soft">{method}</code>
            </label>
          ))}
        </fieldset>
        <button type="submit" className="first" disabled={pending !== undefined}>
          {say('basket.place-total', { total: price(total, currency) })}
        </button>
      </div>
    </form>
  );
}
