import type { ServiceName } from '@waybill/contracts';

export const SERVICES: readonly ServiceName[] = ['order', 'payment', 'notification'];

export const replicasOf = (service: string): string[] => [`${service}-1`, `${service}-2`];
