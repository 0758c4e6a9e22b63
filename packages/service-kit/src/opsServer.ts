import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { Metrics } from './metrics/metrics.ts';

/** State of a service, with plain reasons when it is not well. */
export interface Check {
  readonly ok: boolean;
  readonly reasons?: readonly string[];
}

export interface OpsServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly metrics: Pick<Metrics, 'expose'>;
  /** Is the process itself well? Never about Kafka or a vendor: a restart does not mend those. */
  readonly livez: () => Check;
  /** Can it do its work now? An open breaker is no reason. */
  readonly readyz: () => Check;
}

export interface RunningServer {
  readonly port: number;
  readonly url: string;
  /** Stops accepting; resolves when every connection is gone. */
  close(): Promise<void>;
}

/**
 * Listens for the orchestrator and for Prometheus: GET /livez and /readyz answer 200 or 503 with
 * `{"status":"ok"|"failing","reasons":[...]}`, GET /metrics the metrics.
 * @throws when the address cannot be bound.
 */
export async function createOpsServer({
  host,
  port,
  metrics,
  livez,
  readyz,
}: OpsServerOptions): Promise<RunningServer> {
  const app = fastify({ logger: false, forceCloseConnections: true });
  for (const [path, check] of [
    ['/livez', livez],
    ['/readyz', readyz],
  ] as const) {
    app.get(path, (_request, reply) => {
      const { ok, reasons = [] } = runCheck(check);
      return reply.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'failing', reasons });
    });
  }
  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metrics.expose();
    return reply.header('content-type', contentType).send(body);
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }));
  app.setErrorHandler((_error, _request, reply) => reply.code(500).send({ error: 'internal error' }));
  await app.listen({ host, port });
  const bound = (app.server.address() as AddressInfo).port;
  return { port: bound, url: toUrl(host, bound), close: () => app.close() };
}

export function toUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function runCheck(check: () => Check): Check {
  try {
    return check();
  } catch {
    return { ok: false, reasons: ['the check itself failed'] };
  }
}
