import { useKept } from '../shared/kept.ts';
import { added, MOST } from './basket.ts';
import { counter } from './customer.ts';
import { useSpeech } from './speech.ts';

/** How many of a thing are in the basket, with one less and one more. */
export function Quantity({ sku, name }: { readonly sku: string; readonly name: string }) {
  const { say } = useSpeech();
  const { [sku]: quantity = 0 } = useKept(counter.basket);
  const change = (more: number) => counter.basket.write(added(counter.basket.read(), sku, more));
  return (
    <div className="quantity" role="group" aria-label={say('quantity.of', { name })}>
      <button type="button" aria-label={say('quantity.less', { name })} onClick={() => change(-1)}>
        −
      </button>
      <output>{quantity}</output>
      <button type="button" aria-label={say('quantity.more', { name })} disabled={quantity >= MOST} onClick={() => change(1)}>
        +
      </button>
    </div>
  );
}
