import { setTimeout as delay } from 'node:timers/promises';
import { waysTo } from './ask-service.ts';

interface Erasure {
  readonly id: string;
  readonly doneAt: string | null;
}

const LOOK_EVERY_MS = 1_000;
const LOOKS = 30;

/** Has the order service erase a customer, and waits a while until it has. The erasure goes on without this command. */
export async function eraseCustomer(
  customerId: string | undefined,
  { instance, inContainers }: { readonly instance?: string | undefined; readonly inContainers: boolean },
): Promise<void> {
  if (!customerId) throw new Error('Which customer? `erase-customer ID` takes the id that the customer has in orders.');
  const asked = await waysTo({ instance, inContainers });
  let erasure = await asked<Erasure>('order', 'erasures', { customerId });
  for (let looks = 0; erasure.doneAt === null && looks < LOOKS; looks++) {
    await delay(LOOK_EVERY_MS);
    erasure = await asked<Erasure>('order', `erasures/${erasure.id}`);
  }
  console.log(
    erasure.doneAt === null
      ? `Erasure ${erasure.id} goes on: an order that is not settled is erased when it is. Ask again to see it end.`
      : `Erasure ${erasure.id} is done in order; payment and notification have their commands.`,
  );
}
