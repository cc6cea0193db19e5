import pg from 'pg';

/**
 * Signs in to PostgreSQL; the caller ends the session. One that breaks tells the query under way, or the next one: without a
 * listener it would end this process too.
 */
export async function openSession(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
