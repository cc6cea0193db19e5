/** The servers that the examples run on by hand, beside a demo and beside the servers of the specs. */
export const INSTANCE = 'examples';
