import { describe, expect, it } from '@jest/globals';
import type { ApiDescription } from '@waybill/service';
import { readFileSync } from 'node:fs';
import { merge } from './merge.ts';
import { documentFile } from './public-api.ts';

const service = (title: string, path: string, schema: object = { type: 'string' }): ApiDescription => ({
  openapi: '3.1.1',
  info: { title, version: '1' },
  paths: { [path]: { get: { operationId: title } } },
  components: {
    schemas: { Name: schema },
    responses: { NotFound: { description: 'There is no such thing.' } },
    securitySchemes: { accessToken: { type: 'http' } },
  },
});

describe('the descriptions of the services', () => {
  it('become one, in which what they share stands once', () => {
    const { tags, paths, components } = merge([service('order', '/api/orders'), service('payment', '/api/payments')]);
    expect(tags).toEqual([{ name: 'order' }, { name: 'payment' }]);
    expect(Object.keys(paths)).toEqual(['/api/orders', '/api/payments']);
    expect(components).toEqual({
      schemas: { Name: { type: 'string' } },
      responses: { NotFound: { description: 'There is no such thing.' } },
      securitySchemes: { accessToken: { type: 'http' } },
    });
  });

  it('are refused when two of them describe one path', () => {
    expect(() => merge([service('order', '/api/orders'), service('payment', '/api/orders')])).toThrow(
      'Two services describe the path /api/orders: give one another name.',
    );
  });

  it('are refused when two of them mean different things by one name', () => {
    expect(() => merge([service('order', '/api/orders'), service('payment', '/api/payments', { type: 'integer' })])).toThrow(
      'Two services describe the schema Name: give one another name.',
    );
  });
});

it('the description that nginx serves is of the public API alone: what operators ask a service for is not in it', () => {
  const { paths } = JSON.parse(readFileSync(documentFile, 'utf8')) as { paths: object };
  expect(Object.keys(paths).filter((path) => !path.startsWith('/api/'))).toEqual([]);
  expect(readFileSync(documentFile, 'utf8')).not.toMatch(/dead-letters|redrive/);
});
