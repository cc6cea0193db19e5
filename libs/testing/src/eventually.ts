/** A probe answers one of these while the fact that it looks for is not there yet. A throw means the same, with a reason. */
export type NotYet = false | undefined | null;

/**
 * Waits for a fact, the only way in which a test waits. Probes at once and then every 15 ms.
 *
 *   const row = await eventually('the order is confirmed', () => findOrder({ status: 'confirmed' }));
 *   await eventually('three effects', () => expectCount(3).then(() => true), { timeoutMs: 5_000 });
 *
 * @returns what the probe found.
 * @throws after `timeoutMs` (15 s): names the fact, how long it was waited for, and what the last probe said.
 */
export async function eventually<T>(
  fact: string,
  probe: () => Promise<T | NotYet> | T | NotYet,
  { timeoutMs = 15_000 }: { timeoutMs?: number } = {},
): Promise<T> {
  const startedAt = Date.now();
  for (;;) {
    let said: string;
    try {
      const found = await probe();
      if (found !== false && found !== undefined && found !== null) return found;
      said = `the last probe answered ${String(found)}`;
    } catch (error) {
      said = `the last probe said: ${error instanceof Error ? error.message : String(error)}`;
    }
    const waitedMs = Date.now() - startedAt;
    if (waitedMs >= timeoutMs) throw new Error(`Waited ${waitedMs} ms in vain until ${fact}; ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
