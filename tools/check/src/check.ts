/** One thing that must be true of the repository. `problems` answers with one text per problem: what is wrong, where, and what to do. */
export interface Check {
  readonly name: string;
  problems(): Promise<readonly string[]>;
}

/** A file of the repository as the pure checks see it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}
