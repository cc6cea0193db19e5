/** One method of one path, as `POST /api/orders/{id}/cancel`. */
export type Operation = string;

interface WithPaths {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** Everything that a description says one can ask for. */
export const operationsOf = ({ paths }: WithPaths): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));

/** Those that are told an order in their query: what one service knows of it. */
export const operationsOnOrders = (document: WithPaths): Operation[] =>
  operationsOf(document).filter((operation) => {
    const [method, path] = operation.split(' ') as [string, string];
    const { parameters = [] } = document.paths[path]![method.toLowerCase()] as { parameters?: readonly { name: string }[] };
    return parameters.some(({ name }) => name === 'orderId');
  });
