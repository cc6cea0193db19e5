import { Parser } from '@asyncapi/parser';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { contracts, SERVICES } from '@waybill/contracts';
import { describeMessages } from './asyncapi.ts';

interface Document {
  readonly channels: Readonly<Record<string, { readonly messages: object }>>;
  readonly operations: Readonly<Record<string, { readonly action: string }>>;
  readonly components: { readonly messages: Readonly<Record<string, { readonly examples: { payload: { data: object } }[] }>> };
}
const document = () => structuredClone(describeMessages()) as Document;
/** Its types call the function a namespace. */
const formats = addFormats as unknown as (ajv: Ajv) => Ajv;
const problemsOf = async (described: object) =>
  (await new Parser().parse(described as never)).diagnostics
    .filter(({ severity }) => severity <= 1)
    .map(({ message }) => message);

test('it is valid AsyncAPI 3', async () => {
  expect(await problemsOf(document())).toEqual([]);
});

test('what is no AsyncAPI would be told', async () => {
  const wrong = { ...document(), channels: { 'order.events': { adress: 'order.events' } } };
  expect(await problemsOf(wrong)).not.toEqual([]);
});

describe('the schema of a message', () => {
  // The parser looks at no example whose schema refers to another one.
  const described = document();
  const validator = formats(new Ajv({ strict: false, allErrors: true })).addSchema(described, 'messages');
  const fits = (type: string, payload: object) =>
    validator.validate({ $ref: `messages#/components/messages/${type}/payload` }, payload);
  const exampleOf = (type: string) => described.components.messages[type]!.examples[0]!.payload;

  test.each(contracts.map(({ type }) => type))('%s takes its example, and no other', (type) => {
    const example = exampleOf(type);
    expect({ fits: fits(type, example), why: validator.errors }).toEqual({ fits: true, why: null });
    expect(fits(type, { ...example, data: { ...example.data, more: 1 } })).toBe(false);
    expect(fits(type, { ...example, data: {} })).toBe(false);
    expect(fits(type, { ...example, type: 'another.v1' })).toBe(false);
  });
});

test('every contract is a message, and each of its senders and handlers has an operation', () => {
  const { components, operations } = document();
  expect(Object.keys(components.messages)).toEqual(contracts.map(({ type }) => type));
  const wanted = contracts.flatMap((contract) => {
    const [senders, handlers] =
      contract.kind === 'event' ? [[contract.emittedBy], contract.handledBy] : [contract.sentBy, [contract.handledBy]];
    return [
      ...senders.map((sender) => `${sender} sends ${contract.type}`),
      ...handlers.map((each) => `${each} handles ${contract.type}`),
    ];
  });
  expect(Object.keys(operations).toSorted()).toEqual(wanted.toSorted());
});

test('each service has its topic and its queue', () => {
  expect(Object.keys(document().channels)).toEqual(
    expect.arrayContaining(SERVICES.flatMap((service) => [`${service}.events`, `${service}.work`])),
  );
});
