import { parser } from '@prometheus-io/lezer-promql';

/**
 * The series that an expression looks at, each as a query of its own. An alert's expression has no answer as long as all is
 * well; its series must be there nevertheless, or it could never fire. Throws when the text is no PromQL.
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
