import type { RunningStack } from './running-stack.ts';

/** Switches the outside world's faults; what is not named is off. */
export async function setFaults({ outsideWorld }: Pick<RunningStack, 'outsideWorld'>, faults: object): Promise<void> {
  const response = await fetch(`${outsideWorld.url}/faults`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${outsideWorld.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  if (!response.ok) throw new Error(`PUT /faults was answered with ${response.status}: ${await response.text()}`);
}
