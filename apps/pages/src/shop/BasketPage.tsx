import type { FormEvent } from 'react';
import { useKept } from '../shared/kept.ts';
import { Link } from '../shared/Link.tsx';
import type { Product } from './api.ts';
import { Art } from './Art.tsx';
import { type Parcel, parcels } from './basket.ts';
import { counter, payment } from './customer.ts';
import { nameOf } from './names.ts';
import { Quantity } from './Quantity.tsx';
import type { Person } from './sign-in/session.ts';
import { SignInFirst } from './sign-in/SignIn.tsx';
import { usePerson } from './sign-in/signed-in.ts';
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
  const person = usePerson();
  const chosen = useKept(payment);
  const place = (event: FormEvent, { sub, email }: Person) => {
    event.preventDefault();
    counter.place({
      customerId: sub,
      ...(email !== undefined && { email }),
      currency,
      lines: lines.map(({ product: { sku }, quantity }) => ({ sku, quantity })),
      paymentMethod: chosen,
    });
  };
  return (
    <form className="basket card" onSubmit={(event) => person && place(event, person)}>
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
        {person && (
          <p className="field">
            <span>{say('basket.email')}</span> <strong>{person.email ?? '—'}</strong>
            <span className="soft">{say('basket.email-hint')}</span>
          </p>
        )}
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
        {person ? (
          <button type="submit" className="first" disabled={pending !== undefined}>
            {say('basket.place-total', { total: price(total, currency) })}
          </button>
        ) : (
          <SignInFirst />
        )}
      </div>
    </form>
  );
}
