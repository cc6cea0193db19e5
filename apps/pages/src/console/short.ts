/** The end of an id: the part in which orders of one second differ. */
export const short = (id: string): string => id.slice(-8);

/** 14:03:22 of the person who looks. */
export const clock = (at: number): string => new Date(at).toLocaleTimeString(undefined, { hour12: false });

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
