import type { FastifyInstance } from 'fastify';
import { toTenantLink } from '../core/processes.ts';
import type { World } from '../core/world.ts';
import { type Query, single } from '../http/paging.ts';
import { badRequest, notFound } from '../http/problem.ts';

const references = ['orderRef', 'pickJobRef', 'handoverJobRef', 'shipmentRef'] as const;

/** By id read-after-write; by a reference eventually consistent, as all reads with a filter. */
export function registerProcesses(app: FastifyInstance, world: World): void {
  app.get<{ Params: { processId: string } }>('/api/processes/:processId', (request) => {
    const { processId } = request.params;
    const process = world.state.processes.get(processId);
    if (process === undefined) throw notFound('process', processId);
    return process;
  });

  app.get('/api/process', (request) => {
    const link = toLink(request.query as Query);
    const found = world.state.processLinks.get(link);
    const shown = found !== undefined && found.atMs + world.settings.indexLagMs <= world.clock.now();
    const process = shown ? world.state.processes.get(found.processId) : undefined;
    if (process === undefined) throw notFound('process', link);
    return process;
  });
}

/** Exactly one reference is asked for. With a tenantOrderId that was used again the newest process is found. */
function toLink(query: Query): string {
  const tenantOrderId = single(query, 'tenantOrderId');
  const links = references.flatMap((name) => single(query, name) ?? []);
  if (tenantOrderId !== undefined) links.push(toTenantLink(tenantOrderId));
  const [link, another] = links;
  if (link === undefined || another !== undefined) {
    throw badRequest('Invalid query', `Give one of ${references.join(', ')}, tenantOrderId.`);
  }
  return link;
}
