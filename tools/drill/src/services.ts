export const replicasOf = (service: string): string[] => [`${service}-1`, `${service}-2`];
