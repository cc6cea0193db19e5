/** A pipeline as Logstash's own grammar reads it, as far as a pipeline of ours goes. */
export interface Section {
  readonly name: 'input' | 'filter' | 'output';
  readonly statements: readonly Statement[];
}

export type Statement = Plugin | Branches;

export interface Plugin {
  readonly kind: 'plugin';
  readonly name: string;
  readonly settings: Readonly<Record<string, Value>>;
}

/** `if`, any number of `else if`, `else`: the first whose condition holds; the one without a condition always does. */
export interface Branches {
  readonly kind: 'branches';
  readonly branches: readonly { readonly condition?: Condition; readonly statements: readonly Statement[] }[];
}

export type Value = string | number | readonly Value[] | { readonly [key: string]: Value };

export type Condition =
  | { readonly is: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly is: 'not'; readonly field: string }
  | { readonly is: 'present'; readonly field: string }
  | { readonly is: 'equal'; readonly field: string; readonly value: string | number }
  | { readonly is: 'among'; readonly field: string; readonly values: readonly (string | number)[] }
  | { readonly is: 'matching'; readonly field: string; readonly pattern: RegExp };
