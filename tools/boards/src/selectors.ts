import { parser } from '@prometheus-io/lezer-promql';

/**
 * The series that an expression looks at, each as one query. An alert's expression has no answer while all is well. Its
 * series must be there even so, or it could never fire. Throws when the text is no PromQL.
 */
export function selectorsOf(expr: string): string[] {
  const found = new Set<string>();
  parser.parse(expr).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) throw new Error(`This is no PromQL from character ${from} on: ${expr}`);
      if (type.name === 'VectorSelector') found.add(expr.slice(from, to));
    },
  });
  return [...found];
}
