import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as a viewer has it. */
export interface SunkSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly links: readonly { readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Value {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface Resource {
  readonly resource: { readonly attributes: readonly Value[] };
  readonly scopeSpans: readonly {
    readonly spans: readonly (Omit<SunkSpan, 'attributes'> & { attributes: readonly Value[] })[];
  }[];
}

/** Takes spans by OTLP over HTTP, and keeps them with the bytes that brought them. */
export class SpanSink {
  readonly spans: SunkSpan[] = [];
  readonly bodies: string[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.#take(Buffer.concat(chunks).toString());
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #take(body: string): void {
    this.bodies.push(body);
    for (const { resource, scopeSpans } of (JSON.parse(body) as { resourceSpans: Resource[] }).resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name']);
      for (const { spans } of scopeSpans)
        for (const span of spans)
          this.spans.push({ ...span, service, links: span.links ?? [], attributes: valuesOf(span.attributes) });
    }
  }

  end(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const valuesOf = (values: readonly Value[]) => Object.fromEntries(values.map(({ key, value }) => [key, Object.values(value)[0]]));
