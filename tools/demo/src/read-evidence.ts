import { SERVICES, type ServiceName } from '@waybill/contracts';
import { readRecords } from './client-ledger.ts';
import type {
  ChargeLine,
  ClientRecord,
  DeliveryLine,
  Evidence,
  MailRow,
  OrderRow,
  OutboxRow,
  ParkedRow,
  PaymentRow,
} from './evidence.ts';
import type { RunningStack } from './running-stack.ts';

const ORDERS = `
  SELECT id, customer_id AS "customerId", email, status, reason, total, currency, lines, payment_method AS "paymentMethod",
    ARRAY(SELECT h.status FROM order_history h WHERE h.order_id = o.id ORDER BY h.version) AS history
  FROM orders o ORDER BY placed_at, id`;
const PAYMENTS = `SELECT order_id AS "orderId", status, amount, currency FROM payments`;
const MAILS = `SELECT order_id AS "orderId", outcome, status, message_id AS "messageId" FROM mails`;
const OUTBOX = `SELECT $1 AS service, type, key FROM outbox ORDER BY id`;
const SCHEDULED = `SELECT $1 AS service, type, key FROM scheduled ORDER BY key`;
const PARKED = `SELECT $1 AS service, type, key, state, errors -> -1 ->> 'error' AS "lastError" FROM parked ORDER BY id`;

/** Looks at everything once: the client's own ledger, the services' databases, and the ledgers of the outside world. */
export async function readEvidence(stack: RunningStack): Promise<Evidence> {
  // The client's ledger comes first: what it says must be everywhere else by now.
  const requests = [...readRecords(stack.clientLedger), ...(await recordsOfConsole(stack))];
  const rows = <Row extends object>(service: ServiceName, sql: string, parameters: unknown[] = []) =>
    stack.database(service, (query) => query<Row>(sql, parameters));
  const everywhere = async <Row extends object>(sql: string) =>
    (await Promise.all(SERVICES.map((service) => rows<Row>(service, sql, [service])))).flat();

  const [orders, payments, mails, outbox, parked, scheduled, charges, deliveries] = await Promise.all([
    rows<OrderRow>('order', ORDERS),
    rows<PaymentRow>('payment', PAYMENTS),
    rows<MailRow>('notification', MAILS),
    everywhere<OutboxRow>(OUTBOX),
    everywhere<ParkedRow>(PARKED),
    everywhere<OutboxRow>(SCHEDULED),
    readLedger<ChargeLine>(stack, 'charges'),
    readLedger<DeliveryLine>(stack, 'mails'),
  ]);
  return { requests, orders, payments, mails, outbox, parked, scheduled, charges, deliveries };
}

/** What the customers were told whose orders the console has placed. It may be away, or not be there: nobody needs it. */
async function recordsOfConsole({ urls }: RunningStack): Promise<ClientRecord[]> {
  const answer = await fetch(`${urls['operations']}/console/api/traffic/ledger`).catch(() => undefined);
  if (!answer?.ok) return [];
  return linesOf<ClientRecord>(await answer.text());
}

export async function readLedger<Line>({ outsideWorld }: RunningStack, name: 'charges' | 'mails'): Promise<Line[]> {
  const url = `${outsideWorld.url}/ledger/${name}`;
  const text = await fetch(url, { headers: { authorization: `Bearer ${outsideWorld.token}` } })
    .then((response) => response.text())
    .catch((error: unknown) => {
      throw new Error(`The ledger ${url} cannot be read: is outside-world running, and every line of the ledger JSON?`, {
        cause: error,
      });
    });
  return linesOf(text);
}

const linesOf = <Line>(text: string): Line[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
