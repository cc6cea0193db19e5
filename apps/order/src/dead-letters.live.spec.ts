// What every service answers the people who run it about its dead letters, on this one.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@waybill/messaging';
import { problemIn, ServiceUnderTest } from '@waybill/testing';
import { type App, orderService } from '../test/order-under-test.js';

const URL = '/operations/dead-letters';
const GROUP = { type: 'payment.charged.v1', error: 'Reject: no order <id>' };

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
});
afterAll(() => service.close());
beforeEach(() => service.query('TRUNCATE parked, discarded, dead_letter_acts'));

const get = (path = '') => service.app.inject({ method: 'GET', url: URL + path });
const post = (act: string, payload: object, headers: Record<string, string> = {}) =>
  service.app.inject({ method: 'POST', url: `${URL}/${act}`, payload, headers });

/** A dead letter with these bytes. Its id. */
async function dead(body: string | Buffer = '{"orderId":1}'): Promise<string> {
  const [row] = await service.query<{ id: string }>(
    `INSERT INTO parked (stream, message_id, type, key, body, source, ordered, traceparent, state, next_attempt_at, failures, crashes, errors, first_failed_at, last_failed_at)
     VALUES ('payment.events', gen_random_uuid(), $1, gen_random_uuid()::text, $2, 'kafka payment.events[3]@7', true,
       '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'dead', now(), 1, 0,
       jsonb_build_array(jsonb_build_object('at', now(), 'error', $3::text)), now(), now()) RETURNING id`,
    [GROUP.type, Buffer.from(body), `Reject: no order ${newId()}`],
  );
  return row!.id;
}

describe('dead letters', () => {
  test('are listed in pages, and by type and error', async () => {
    const ids = [await dead(), await dead(), await dead()];
    const listed = async (query: string) => (await get(`?${query}`)).json<{ id: string }[]>().map(({ id }) => id);
    expect(await listed('limit=2')).toEqual(ids.slice(0, 2));
    expect(await listed(`after=${ids[1]}`)).toEqual(ids.slice(2));
    expect(await listed(String(new URLSearchParams(GROUP)))).toEqual(ids);
    expect(await listed('type=other')).toEqual([]);
    expect(await listed('state=waiting')).toEqual([]);
  });

  test('are grouped by type and error', async () => {
    await dead();
    const example = await dead();
    expect((await get('/groups')).json()).toEqual([
      { ...GROUP, count: 2, example, oldestAt: expect.any(String), newestAt: expect.any(String) },
    ]);
  });

  test.each([
    ['text', '{"a":"é"}', 'utf8'],
    ['bytes that are no text', Buffer.from([0xc3, 0x28]), 'base64'],
  ])('are shown whole, with a body of %s', async (_, body, bodyEncoding) => {
    const id = await dead(body);
    const shown = (await get(`/${id}`)).json<Record<string, string>>();
    expect(shown).toMatchObject({
      id,
      state: 'dead',
      source: 'kafka payment.events[3]@7',
      traceparent: expect.stringContaining('0af7651916cd43dd8448eb211c80319c'),
      errors: [{ at: expect.any(String), error: expect.stringMatching(/^Reject: no order/) }],
      behind: [],
      bodyEncoding,
    });
    expect(Buffer.from(shown['body']!, bodyEncoding as 'utf8' | 'base64')).toEqual(Buffer.from(body));
  });

  test('that are not there are a 404 that says why', async () => {
    expect(problemIn(await get('/17'))).toMatchObject({ status: 404, detail: expect.stringContaining('17') });
  });

  test('are redriven at a rate and discarded with a reason, and each act is listed with its time', async () => {
    await dead();
    const other = await dead();
    const redriven = await post('redrive', { ...GROUP, perSecond: 0.5 });
    expect([redriven.statusCode, redriven.json()]).toMatchObject([200, { act: 'redrive', changed: 2, perSecond: 0.5, ...GROUP }]);
    const discarded = await post('discard', { ids: [other], reason: ' the order was a test ' });
    expect(discarded.json()).toMatchObject({ act: 'discard', ids: [other], changed: 1, reason: 'the order was a test' });
    const acts = await get('/acts');
    expect(acts.json()).toEqual([discarded.json(), redriven.json()]);
    expect(acts.json<{ at: string; id: string }[]>()[0]!.at).toMatch(/^20\d\d-.*Z$/);
    expect((await get(`/acts?before=${discarded.json<{ id: string }>().id}`)).json()).toEqual([redriven.json()]);
  });
});

describe('a request that is not valid', () => {
  test.each([
    ['?state=lost', 'state'],
    ['?limit=0', 'limit'],
    ['?limit=201', 'limit'],
    ['?after=x', 'after'],
    ['?colour=red', 'colour'],
    ['?type=%00', 'type'],
    ['/groups?state=both', 'state'],
    ['/acts?before=0', 'before'],
    ['/x', 'id'],
    ['/9999999999999999999', 'id'],
  ])('%s is told what is wrong', async (path, field) => {
    expect(problemIn(await get(path))).toMatchObject({ status: 400, errors: [{ path: field, message: expect.any(String) }] });
  });

  test.each([
    ['redrive', {}, ['type', 'error']],
    ['redrive', { ids: [] }, ['ids']],
    ['redrive', { ids: ['1; DROP TABLE parked'] }, ['ids.0']],
    ['redrive', { ids: ['1'], ...GROUP }, ['ids']],
    ['redrive', { type: GROUP.type }, ['error']],
    ['redrive', { ids: ['1'], perSecond: 5 }, ['perSecond']],
    ['redrive', { ...GROUP, perSecond: 0 }, ['perSecond']],
    ['redrive', { ids: ['1'], reason: 'why' }, ['reason']],
    ['discard', { ids: ['1'] }, ['reason']],
    ['discard', { ids: ['1'], reason: '  ' }, ['reason']],
  ])('%s %j is told what is wrong, and no act is kept', async (act, body, fields) => {
    const { status, errors } = problemIn(await post(act, body));
    expect([status, errors?.map(({ path }) => path)]).toEqual([400, fields]);
    expect((await get('/acts')).json()).toEqual([]);
  });

  test('names five hundred messages at most', async () => {
    const ids = Array.from({ length: 501 }, (_, n) => String(n + 1));
    expect(problemIn(await post('redrive', { ids }))).toMatchObject({ status: 400, errors: [{ path: 'ids' }] });
    expect((await post('redrive', { ids: ids.slice(1) })).json()).toMatchObject({ changed: 0 });
  });
});

test.each([
  [{ origin: 'https://elsewhere.example' }],
  // A name that somebody has given this address, so that its page is of the same origin.
  [{ origin: 'http://rebound.example', host: 'rebound.example' }],
  [{ origin: 'null' }],
  [{ 'sec-fetch-site': 'cross-site' }],
  [{ 'sec-fetch-site': 'same-site' }],
])('an act that a page asks for is refused, and does nothing: %j', async (headers) => {
  const ids = [await dead()];
  for (const [act, body] of [
    ['redrive', { ids }],
    ['discard', { ids, reason: 'a page says so' }],
  ] as const)
    expect(problemIn(await post(act, body, headers)).status).toBe(403);
  expect((await get()).json()).toHaveLength(1);
  expect((await get('/acts')).json()).toEqual([]);
});
