import { RequestMethod, type Type } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  MODULE_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner } from '@nestjs/core';
import type { ServiceName } from '@waybill/contracts';
import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import { ANYWHERE, type DescribedProblem, nameOf, problemResponses } from './described-problems.js';
import { DESCRIPTION, type RouteDescription } from './described.js';
import type { Audience } from './identity/audience.js';
import { OpenApiSchemas, type JsonSchema } from './open-api-schemas.js';

/** An OpenAPI document, as far as it is put together here. */
export interface ApiDescription {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, object>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

/**
 * Describes every route of a service's module in OpenAPI. It reads what Nest and `@Described` keep with the classes. It starts
 * nothing, and needs no database and no broker.
 * @throws when a route has no description.
 */
export function describeApi(service: ServiceName, module: Type): ApiDescription {
  const schemas = new OpenApiSchemas();
  const paths: Record<string, Record<string, object>> = {};
  for (const { path, method, operation } of routesOf(module).map((route) => describeRoute(route, service, schemas)))
    paths[path] = { ...paths[path], [method]: operation };
  const responses = problemResponses((body) => schemas.output(body));
  return {
    openapi: '3.1.1',
    info: { title: service, version: '1' },
    paths,
    components: { schemas: schemas.components, responses, securitySchemes: { accessToken: ACCESS_TOKEN } },
  };
}

/** A method of a controller that answers requests. */
interface Route {
  readonly controller: Type;
  readonly name: string;
  readonly handler: object;
}

function routesOf(module: Type): Route[] {
  const controllers = (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) ?? []) as Type[];
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    const routes = new MetadataScanner()
      .getAllMethodNames(prototype)
      .map((name) => ({ controller, name, handler: prototype[name]! }));
    // A method that handles messages has no method of HTTP.
    return routes.filter(({ handler }) => Reflect.hasMetadata(METHOD_METADATA, handler));
  });
}

function describeRoute({ controller, name, handler }: Route, service: ServiceName, schemas: OpenApiSchemas) {
  const description = Reflect.getMetadata(DESCRIPTION, handler) as RouteDescription | undefined;
  if (!description) throw new Error(`${controller.name}.${name} is a route without a description: put @Described on it.`);

  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
  const path = [controller, handler].flatMap((part) => segments(Reflect.getMetadata(PATH_METADATA, part) as string));
  const { body, query } = requestOf(controller, name);
  const status = statusOf(handler, method);
  const operation = {
    // The error names the class, and with it the file.
    operationId: `${controller.name}.${name}`,
    tags: [service],
    summary: description.summary,
    ...(description.details && { description: description.details }),
    security: securityOf(description.for),
    parameters: [
      ...parameters('path', description.params ?? {}, schemas),
      ...(query ? queryParameters(schemas.input(query)) : []),
      ...parameters('header', description.headers ?? {}, schemas),
    ],
    ...(body && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: { 'application/json': { schema: schemas.input(body) } },
      },
    }),
    responses: {
      [status]: { description: STATUS_CODES[status]!, ...answerOf(description, schemas) },
      ...Object.fromEntries([...problemsOf(description), ...ANYWHERE].map((status) => [status, response(nameOf(status))])),
      default: response('AnyOther'),
    },
  };
  return {
    path: `/${path.map((segment) => segment.replace(/^:(.+)$/, '{$1}')).join('/')}`,
    method: RequestMethod[method].toLowerCase(),
    operation,
  };
}

const ACCESS_TOKEN = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'An access token of the issuer (RFC 9068). A route names the roles that it is for: one of them is enough.',
};

const securityOf = (audience: Audience) => (audience === 'anyone' ? [] : audience.map((role) => ({ accessToken: [role] })));

/** In the order of their numbers, as JavaScript keeps them. */
const problemsOf = ({ for: audience, problems = [] }: RouteDescription): readonly DescribedProblem[] =>
  audience === 'anyone' ? problems : [401, 403, ...problems];

const segments = (path: string) => path.split('/').filter((segment) => segment !== '');

/** The schemas of `@Body({ schema })` and `@Query({ schema })`. */
function requestOf(controller: Type, name: string): { body?: z.ZodType; query?: z.ZodType } {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<string, { schema?: z.ZodType }>;
  const schemaOf = (kind: RouteParamtypes) => Object.entries(args).find(([key]) => key.startsWith(`${kind}:`))?.[1].schema;
  const [body, query] = [schemaOf(RouteParamtypes.BODY), schemaOf(RouteParamtypes.QUERY)];
  return { ...(body && { body }), ...(query && { query }) };
}

const parameters = (where: 'path' | 'header', given: Readonly<Record<string, z.ZodType>>, schemas: OpenApiSchemas) =>
  Object.entries(given).map(([name, schema]) => ({ name, in: where, required: true, ...described(schemas.input(schema)) }));

const queryParameters = ({ properties = {}, required = [] }: JsonSchema) =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...described(schema),
  }));

/** A page shows description and example of a parameter, but not those of its schema. */
const described = ({ description, examples, ...schema }: JsonSchema) => ({
  ...(description && { description }),
  ...(examples && { example: examples[0] }),
  schema,
});

const statusOf = (handler: object, method: RequestMethod): number =>
  (Reflect.getMetadata(HTTP_CODE_METADATA, handler) as number | undefined) ?? (method === RequestMethod.POST ? 201 : 200);

function answerOf({ answer, answerHeaders = {} }: RouteDescription, schemas: OpenApiSchemas) {
  const headers = Object.entries(answerHeaders).map(([name, description]) => [name, { description, schema: { type: 'string' } }]);
  return {
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) as object }),
    content: { 'application/json': { schema: schemas.output(answer) } },
  };
}

const response = (name: string) => ({ $ref: `#/components/responses/${name}` });
