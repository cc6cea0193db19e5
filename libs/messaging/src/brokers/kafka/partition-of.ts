import { PARTITIONS } from '@waybill/contract-kit';
import { Partitioners } from 'kafkajs';

const partitionOfMessage = Partitioners.DefaultPartitioner();
const partitionMetadata = Array.from({ length: PARTITIONS }, (_, partitionId) => ({
  partitionId,
  leader: 0,
  replicas: [],
  isr: [],
  partitionErrorCode: 0,
  offlineReplicas: [],
}));

/** Murmur2 of the key, as the Java client does it. Chosen here, because a claim must know which rows an answer is about. */
export const partitionOf = (key: string): number =>
  partitionOfMessage({ topic: '', partitionMetadata, message: { key, value: null } });
