/** One thing that must be true of the repository. `problems` answers with one text per problem: what is wrong, where, and what to do. */
export interface Check {
  readonly name: string;
  problems(): Promise<readonly string[]>;
  /** Writes what follows from the rest of the repository, where there is such a thing, and answers with the paths of what it changed. */
  write?(): Promise<readonly string[]>;
}

/** A file of the repository as the pure checks see it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}
