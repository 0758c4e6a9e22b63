import type { FastifyInstance } from 'fastify';
import { toTenantLink } from '../core/processes.ts';
import { withStatuses } from '../core/processStatus.ts';
import type { World } from '../core/world.ts';
import { page, type Query, single } from '../http/paging.ts';
import { badRequest, notFound } from '../http/problem.ts';
import { indexed, knownEntity } from './collection.ts';

const references = ['orderRef', 'pickJobRef', 'handoverJobRef', 'shipmentRef', 'returnRef'] as const;

/** By id read-after-write; by a reference eventually consistent, as all reads with a filter. */
export function registerProcesses(app: FastifyInstance, world: World): void {
  app.get<{ Params: { processId: string } }>('/api/processes/:processId', (request) => {
    const { processId } = request.params;
    return withStatuses(world.state, knownEntity(world.state.processes, 'process', processId));
  });

  app.get('/api/processes', (request) => {
    const query = request.query as Query;
    const tenantOrderId = single(query, 'tenantOrderId');
    const matching = indexed(world, world.state.processes).filter(
      (process) => tenantOrderId === undefined || process.tenantOrderId === tenantOrderId,
    );
    const processes = page(matching, query).map((process) => withStatuses(world.state, process));
    return { processes, total: matching.length };
  });

  app.get('/api/process', (request) => {
    const link = toLink(request.query as Query);
    const found = world.state.processLinks.get(link);
    const shown = found !== undefined && found.atMs + world.settings.indexLagMs <= world.clock.now();
    const process = shown ? world.state.processes.get(found.processId) : undefined;
    if (process === undefined) throw notFound('process', link);
    return withStatuses(world.state, process);
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
