/** One method of one path, as `POST /api/orders/{id}/cancel`. */
export type Operation = string;

interface WithPaths {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** Everything that a description says one can ask for. */
export const operationsOf = ({ paths }: WithPaths): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
