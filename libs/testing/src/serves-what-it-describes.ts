import { expect, test } from '@jest/globals';
import { ServiceUnderTest, type App, type ServiceOptions } from './service-under-test.js';

/** What is needed of an OpenAPI document. */
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

interface Route {
  readonly method: string | string[];
  readonly url: string;
}
/** What is needed of a Nest application on Fastify. */
interface FastifyApp extends App {
  getHttpAdapter(): { getInstance(): { addHook(name: 'onRoute', note: (route: Route) => void): unknown } };
}

/** A description is made from decorators. This compares it with the routes that the service really has. */
export function servesWhatItDescribes<A extends FastifyApp>({ paths }: Description, options: ServiceOptions<A>): void {
  test('every route under /api is described, and every route that is described is there', async () => {
    const served: string[] = [];
    const create: typeof options.create = async (config) => {
      const app = await options.create(config);
      app
        .getHttpAdapter()
        .getInstance()
        .addHook('onRoute', ({ method, url }) => served.push(...[method].flat().map((each) => `${each} ${url}`)));
      return app;
    };
    await (await ServiceUnderTest.make({ ...options, create })).close();

    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    // Fastify adds a HEAD to each GET.
    expect(served.filter((route) => / \/api\b/.test(route) && !route.startsWith('HEAD ')).toSorted()).toEqual(
      described.toSorted(),
    );
  });
}
