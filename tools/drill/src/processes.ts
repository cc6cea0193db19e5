import { alert, holdUp } from '@waybill/alerts';
import { pidOf, resume, serviceReplicas, suspend } from '@waybill/stack';
import type { Kind } from './incident.ts';

const REPLICAS = serviceReplicas();
const serviceOf = (replica: string) => replica.replace(/-\d+$/, '');

export const replicaHung: Kind = {
  name: 'replica-hung',
  what: 'a replica is there and does nothing, not even fail',
  places: REPLICAS,
  at: (replica) => ({
    evidence: {
      alert: alert('ReplicaMissing', { service: serviceOf(replica) }),
      figure: {
        query: `up{job="services", instance="${replica}"} == 0`,
        panel: '2 Services, "Replicas that answer Prometheus"',
        shows: `${replica} answers nobody, while \`npm run stack -- status --instance drill\` shows its process: it has not died`,
      },
    },
    begin: async ({ instance }) => {
      await suspend(replica, instance);
      return () => resume(replica, instance);
    },
  }),
};

export const replicaStarved: Kind = {
  name: 'replica-starved',
  what: 'a replica gets a processor only now and then',
  places: REPLICAS,
  at: (replica) => ({
    evidence: {
      alert: alert('EventLoopBlocked', { instance: replica }),
      figure: {
        query: `nodejs_eventloop_lag_max_seconds{instance="${replica}"} > 1`,
        panel: '6 PostgreSQL and Node, "Event loop late by, 99 % within"',
        shows: `the event loop of ${replica} stands still for more than a second, again and again; that of its sibling does not`,
      },
    },
    begin: async ({ instance }) => {
      const pid = await pidOf(replica, instance);
      const mend = new AbortController();
      const starved = holdUp(pid, mend.signal);
      return () => {
        mend.abort();
        return starved;
      };
    },
  }),
};
