import type { FastifyInstance } from 'fastify';
import type { HandoverJob, ItemReturn, ItemReturnJob, PickJob } from '../core/model.ts';
import { present, type World } from '../core/world.ts';
import { page, type Query } from '../http/paging.ts';
import { notFound } from '../http/problem.ts';
import { toStrippedParcel } from '../life/shipment.ts';
import { indexed, knownEntity, registerCollection } from './collection.ts';

/** The reads of what the lives of orders make: jobs, shipments, parcels, returns and routing plans. */
export function registerEntities(app: FastifyInstance, world: World): void {
  registerCollection(app, world, {
    ...{ path: '/api/routingplans', what: 'routing plan', listedAs: 'routingPlans' },
    of: ({ routingPlans }) => routingPlans,
    filters: ['orderRef'],
  });
  registerCollection(app, world, {
    ...{ path: '/api/pickjobs', what: 'pick job', listedAs: 'pickjobs' },
    of: ({ pickJobs }) => pickJobs,
    filters: ['orderRef', 'tenantOrderId', 'facilityRef', 'status', 'shortId'],
    toListed: toStrippedPickJob,
  });
  registerCollection(app, world, {
    ...{ path: '/api/packjobs', what: 'pack job', listedAs: 'packJobs' },
    of: ({ packJobs }) => packJobs,
    filters: ['orderRef', 'tenantOrderId', 'facilityRef', 'status', 'processId', 'pickJobRef'],
  });
  registerCollection(app, world, {
    ...{ path: '/api/shipments', what: 'shipment', listedAs: 'shipments' },
    of: ({ shipments }) => shipments,
    filters: ['pickJobRef', 'tenantOrderId', 'facilityRef', 'status', 'carrierRef'],
  });
  registerCollection(app, world, {
    ...{ path: '/api/parcels', what: 'parcel', listedAs: 'parcels' },
    of: ({ parcels }) => parcels,
    filters: [],
    toListed: toStrippedParcel,
  });
  registerCollection(app, world, {
    ...{ path: '/api/handoverjobs', what: 'handover job', listedAs: 'handoverjobs' },
    of: ({ handoverJobs }) => handoverJobs,
    filters: ['pickJobRef', 'shipmentRef', 'tenantOrderId', 'facilityRef', 'status', 'channel'],
    toListed: toStrippedHandoverJob,
  });
  registerCollection(app, world, {
    ...{ path: '/api/itemreturnjobs', what: 'item return job', listedAs: 'itemReturnJobsWithSearchPaths' },
    of: ({ itemReturnJobs }) => itemReturnJobs,
    filters: [],
  });
  registerItemReturns(app, world);
}

const toStrippedPickJob = ({ id, version, created, lastModified, status, facilityRef, orderRef }: PickJob) => ({
  ...{ id, version, created, lastModified, status, facilityRef, orderRef },
});

/** Not shown: process and lines. */
const toStrippedHandoverJob = ({ processId: _, handoverJobLineItems: __, ...job }: HandoverJob) =>
  present({
    ...{ id: job.id, version: job.version, created: job.created, lastModified: job.lastModified },
    ...{ status: job.status, channel: job.channel, facilityRef: job.facilityRef, pickJobRef: job.pickJobRef },
    ...{ tenantOrderId: job.tenantOrderId, fullIdentifier: job['fullIdentifier'], shipmentRef: job['shipmentRef'] },
    ...{ orderDate: job['orderDate'], handoverJobParcelInfo: job['handoverJobParcelInfo'] },
  });

interface ReturnParams {
  readonly jobId: string;
  readonly returnId: string;
}

/** Item returns live inside their job. */
function registerItemReturns(app: FastifyInstance, world: World): void {
  const returnsOf = (jobId: string): readonly ItemReturn[] =>
    knownEntity(world.state.itemReturnJobs, 'item return job', jobId).itemReturns;

  app.get<{ Params: ReturnParams }>('/api/itemreturnjobs/:jobId/itemreturns', ({ params }) => returnsOf(params.jobId));
  app.get<{ Params: ReturnParams }>('/api/itemreturnjobs/:jobId/itemreturns/:returnId', ({ params }) => {
    const found = returnsOf(params.jobId).find(({ id }) => id === params.returnId);
    if (found === undefined) throw notFound('item return', params.returnId);
    return found;
  });
  app.get('/api/itemreturns', (request) => {
    const all = indexed(world, world.state.itemReturnJobs).flatMap(({ itemReturns }: ItemReturnJob) => itemReturns);
    return { itemReturns: page(all, request.query as Query), totalCount: all.length };
  });
}
