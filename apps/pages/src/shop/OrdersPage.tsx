import { useCallback, useState } from 'react';
import { Link } from '../shared/Link.tsx';
import { patiently } from '../shared/patience.ts';
import { usePolled } from '../shared/poll.ts';
import { isUnderWay, type Order, type OrderPage, readOrders } from './api.ts';
import { Badge } from './Badge.tsx';
import { nameOf, numberOf } from './names.ts';
import { SignInFirst } from './sign-in/SignIn.tsx';
import { usePerson } from './sign-in/signed-in.ts';
import { useSpeech } from './speech.ts';
import { everyMs } from './pace.ts';

const PAGE = 20;
const pace = ({ orders }: OrderPage, unchanged: number) => everyMs(orders.some(isUnderWay), unchanged);

export function OrdersPage() {
  const { say } = useSpeech();
  const person = usePerson();
  if (person) return <OrdersOf sub={person.sub} />;
  return (
    <>
      <h1>{say('orders.title')}</h1>
      <SignInFirst />
    </>
  );
}

function OrdersOf({ sub }: { readonly sub: string }) {
  const { say } = useSpeech();
  const read = useCallback((signal: AbortSignal) => readOrders(sub, { limit: PAGE }, signal), [sub]);
  const { value: newest, away } = usePolled(read, pace);
  const [older, setOlder] = useState<readonly Order[]>([]);
  const [next, setNext] = useState<string | null | undefined>();
  // A new order pushes one off the first page: it must not be missing between the pages, nor stand in both.
  const shown = new Map([...(newest?.orders ?? []), ...older].map((order) => [order.id, order]));
  const cursor = next === undefined ? newest?.next : next;
  const readOlder = async (from: string) => {
    const page = await patiently(() => readOrders(sub, { limit: PAGE, cursor: from }));
    setOlder((before) => [...before, ...page.orders]);
    setNext(page.next ?? null);
  };
  return (
    <>
      <div className="lead">
        <h1>{say('orders.title')}</h1>
        <p className="soft">{say('orders.lead')}</p>
      </div>
      {away && <p role="status">{say('away')}</p>}
      {!newest && !away && <p role="status">{say('loading')}</p>}
      {newest?.orders.length === 0 && (
        <p>
          {say('orders.empty')} <Link to="/">{say('basket.empty-hint')}</Link>
        </p>
      )}
      <ul className="orders">
        {[...shown.values()].map((order) => (
          <Row key={order.id} order={order} />
        ))}
      </ul>
      {cursor && (
        <button type="button" onClick={() => void readOlder(cursor)}>
          {say('orders.older')}
        </button>
      )}
    </>
  );
}

function Row({ order }: { readonly order: Order }) {
  const { say, price, time } = useSpeech();
  const count = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const names = order.lines.map((line) => nameOf(line, say)).join(', ');
  return (
    <li>
      <Link to={`/orders/${order.id}`} className="row card">
        <span className="what">
          <strong>{names}</strong>
          <span className="soft">
            {numberOf(order.id)} · {time(order.placedAt)} · {say('orders.pieces', { count })}
          </span>
        </span>
        <span className="price">{price(order.total, order.currency)}</span>
        <Badge status={order.status} />
      </Link>
    </li>
  );
}
