/** What stands in front of the services. */
export const BALANCERS: readonly string[] = ['nginx', 'haproxy'];
