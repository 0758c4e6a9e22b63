import { exchangeOf } from '@pipeline/simulator-control';
import type { FastifyInstance } from 'fastify';
import { anonymizeOrder, deleteOrder } from '../core/erasure.ts';
import type { Process, TagReference } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { withStatuses } from '../core/processStatus.ts';
import { revise, type World } from '../core/world.ts';
import { badRequest, versionConflict } from '../http/problem.ts';
import { parseProcessAction, type ProcessAction } from '../validation/processAction.ts';
import { knownEntity } from './collection.ts';
import { checkTags } from './references.ts';

/** After a day was set that has come already: a clean-up is no part of the call. */
const CLEAN_UP_AFTER_MS = 1_000;

/**
 * `POST /api/processes/{id}/actions`. An old version is refused with 409 before anything else is looked at. What is due
 * today or before is cleaned up soon after, whatever is still done for the order.
 */
export function registerProcessActions(app: FastifyInstance, world: World): void {
  app.post<{ Params: { processId: string } }>('/api/processes/:processId/actions', (request) => {
    const action = parseProcessAction(request.body);
    const { processId } = request.params;
    const before = checkVersion(world, knownEntity(world.state.processes, 'process', processId), action.version);
    const change = toChange(world, before, action);
    const isChanged = Object.entries(change).some(([name, value]) => before[name] !== value);
    if (isChanged || world.settings.bumpUnchanged) {
      world.state.processes.set(processId, revise(world, before, change));
      exchangeOf(request).markEffect();
    }
    cleanUpIfDue(world, before.orderRef, action);
    return withStatuses(world.state, knownEntity(world.state.processes, 'process', processId));
  });
}

/** With the switch `conflicts` background work of the vendor comes first, as for orders. */
function checkVersion(world: World, process: Process, requestVersion: number): Process {
  const overtaken = world.settings.conflicts > 0 && world.random.chance(world.settings.conflicts);
  const current = overtaken ? revise(world, process, {}) : process;
  world.state.processes.set(process.id, current);
  if (requestVersion !== current.version) throw versionConflict('process', current.version, requestVersion);
  return current;
}

function toChange(world: World, process: Process, action: ProcessAction): Partial<Process> {
  switch (action.name) {
    case 'UPDATE_GDPR_CLEANUP_DATE':
      return { gdprCleanupDate: toInstant(action.gdprCleanupDate) };
    case 'UPDATE_PROCESS_DELETION_DATE':
      return { deletionDate: toInstant(action.deletionDate) };
    case 'ADD_TAGS_TO_PROCESS': {
      checkTags(world, 'tags', action.tags);
      return { tags: [...((process['tags'] as readonly TagReference[] | undefined) ?? []), ...action.tags] };
    }
    case 'ASSIGN_FACILITY_TO_PROCESS':
      throw badRequest('Action not available', 'The simulator assigns no facilities to a process.');
  }
}

/** The vendor takes a day and shows a time. */
const toInstant = (day: string): string => `${day}T00:00:00.000Z`;

function cleanUpIfDue(world: World, orderId: string, action: ProcessAction): void {
  const isDue = (day: string): boolean => Date.parse(toInstant(day)) <= world.clock.now();
  const later = (work: (record: OrderRecord) => void): void =>
    world.clock.after(CLEAN_UP_AFTER_MS, () => {
      const record = world.state.orders.get(orderId);
      if (record) work(record);
    });
  if (action.name === 'UPDATE_GDPR_CLEANUP_DATE' && isDue(action.gdprCleanupDate))
    later((record) => record.order.anonymized !== true && anonymizeOrder(world, record));
  if (action.name === 'UPDATE_PROCESS_DELETION_DATE' && isDue(action.deletionDate))
    later((record) => deleteOrder(world, record));
}
