import { app } from '../servers/app.ts';
import { haproxy } from '../servers/haproxy.ts';
import { kafka } from '../servers/kafka.ts';
import { nginx } from '../servers/nginx.ts';
import { postgres } from '../servers/postgres.ts';
import { rabbitmq } from '../servers/rabbitmq.ts';
import { nginxExporter } from '../servers/nginx-exporter.ts';
import { postgresExporter } from '../servers/postgres-exporter.ts';
import { prometheus } from '../servers/prometheus.ts';
import type { Prepare } from '../servers/server.ts';
import type { Part } from '../topology.ts';

/** Which file starts what. */
export const prepareBy: Record<Part['runs'], Prepare> = {
  postgres,
  rabbitmq,
  kafka,
  nginx,
  haproxy,
  prometheus,
  'postgres-exporter': postgresExporter,
  'nginx-exporter': nginxExporter,
  app,
  step: app,
};
