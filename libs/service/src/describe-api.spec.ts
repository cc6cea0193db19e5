import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { z } from 'zod';
import { describeApi } from './describe-api.js';
import { Described } from './described.js';

const pot = z
  .object({ id: z.uuid(), leaves: z.int().min(1), brewedAt: z.iso.datetime(), brewer: z.email({ pattern: /^[a-z]+@tea$/ }) })
  .meta({ id: 'Pot' });
const brew = z.strictObject({ leaves: z.int().min(1).default(2) }).meta({ id: 'Brew' });
const filter = z.strictObject({
  color: z.string().meta({ description: 'Of the tea.', examples: ['green'] }),
  cold: z.literal('yes').optional(),
});

@Controller('api/pots')
class Pots {
  @Post()
  @HttpCode(202)
  @Described({
    summary: 'Brew',
    for: ['customer', 'machine'],
    details: 'Slowly.',
    headers: { 'Tea-Time': z.string() },
    answer: pot,
    answerHeaders: { Location: 'Where it is.' },
    problems: [400, 409],
  })
  brew(@Body({ schema: brew }) { leaves }: z.infer<typeof brew>): z.infer<typeof pot> {
    return { id: '0199c1de-5b1a-7c3e-9d4f-0123456789ab', leaves, brewedAt: '2026-11-24T08:00:00.000Z', brewer: 'ada@tea' };
  }

  @Get(':id/cups')
  @Described({ summary: 'Pour', for: 'anyone', params: { id: z.uuid() }, answer: z.array(pot) })
  cups(@Param('id') _id: string, @Query({ schema: filter }) _query: unknown) {
    return [];
  }

  @EventPattern('tea.time.v1')
  onTeaTime(_data: unknown) {}
}

@Module({ controllers: [Pots] })
class Kitchen {}

const { paths, components } = JSON.parse(JSON.stringify(describeApi('order', Kitchen))) as {
  paths: Record<string, Record<string, Record<string, unknown>>>;
  components: { schemas: Record<string, object>; responses: Record<string, object>; securitySchemes: Record<string, object> };
};

describe('the description of a service', () => {
  it('has its routes, and not what handles messages', () => {
    expect(Object.entries(paths).map(([path, methods]) => [path, Object.keys(methods)])).toEqual([
      ['/api/pots', ['post']],
      ['/api/pots/{id}/cups', ['get']],
    ]);
  });

  it('says what a route takes', () => {
    expect(paths['/api/pots']!['post']).toMatchObject({
      operationId: 'Pots.brew',
      tags: ['order'],
      summary: 'Brew',
      description: 'Slowly.',
      parameters: [{ name: 'Tea-Time', in: 'header', required: true, schema: { type: 'string' } }],
      requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Brew' } } } },
    });
    expect(paths['/api/pots/{id}/cups']!['get']!['parameters']).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      { name: 'color', in: 'query', required: true, description: 'Of the tea.', example: 'green', schema: { type: 'string' } },
      { name: 'cold', in: 'query', required: false, schema: { type: 'string', const: 'yes' } },
    ]);
  });

  it('says what a route answers: its own status, its problems, and those that any route may have', () => {
    const responses = paths['/api/pots']!['post']!['responses'] as Record<string, object>;
    expect(responses['202']).toEqual({
      description: 'Accepted',
      headers: { Location: { description: 'Where it is.', schema: { type: 'string' } } },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Pot' } } },
    });
    expect(Object.keys(responses)).toEqual(['202', '400', '401', '403', '409', '429', '503', 'default']);
    expect(responses['409']).toEqual({ $ref: '#/components/responses/Conflict' });
    expect(components.responses['Conflict']).toMatchObject({
      headers: { 'Retry-After': {} },
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
  });

  it('has each schema with a name once, as it is sent or as it is answered', () => {
    expect(components.schemas['Brew']).toEqual({
      type: 'object',
      // Not required: it has a default.
      properties: { leaves: { type: 'integer', minimum: 1, default: 2 } },
      additionalProperties: false,
    });
    expect(components.schemas['Pot']).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', format: 'uuid' },
        leaves: { type: 'integer', minimum: 1 },
        brewedAt: { type: 'string', format: 'date-time' },
        // Its format alone takes more than we do.
        brewer: { type: 'string', format: 'email', pattern: '^[a-z]+@tea$' },
      },
      required: ['id', 'leaves', 'brewedAt', 'brewer'],
      additionalProperties: false,
    });
  });

  it('is refused while a route has none', () => {
    @Controller('api/secret')
    class Secret {
      @Get()
      read() {}
    }
    @Module({ controllers: [Secret] })
    class Cellar {}
    expect(() => describeApi('order', Cellar)).toThrow('Secret.read is a route without a description: put @Described on it.');
  });

  it('does not compile when the route returns something else', () => {
    class Wrong {
      // @ts-expect-error the answer has no leaves
      @Described({ summary: 'Pour', for: 'anyone', answer: pot })
      pour() {
        return { id: '1' };
      }
    }
    expect(Wrong.name).toBe('Wrong');
  });

  it('does not compile when nobody says whom the route is for', () => {
    class Wrong {
      // @ts-expect-error for is missing
      @Described({ summary: 'Pour', answer: z.string() })
      pour() {
        return 'tea';
      }
    }
    expect(Wrong.name).toBe('Wrong');
  });

  it('names the roles that a route is for, and what somebody else is answered', () => {
    expect(paths['/api/pots']!['post']!['security']).toEqual([{ accessToken: ['customer'] }, { accessToken: ['machine'] }]);
    expect(paths['/api/pots/{id}/cups']!['get']!['security']).toEqual([]);
    expect(Object.keys(paths['/api/pots/{id}/cups']!['get']!['responses'] as object)).not.toContain('401');
    expect(components.responses['Unauthorized']).toMatchObject({ headers: { 'WWW-Authenticate': {} } });
    expect(components.securitySchemes['accessToken']).toMatchObject({ type: 'http', scheme: 'bearer' });
  });
});
