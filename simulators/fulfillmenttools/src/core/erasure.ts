import type { Order, Process } from './model.ts';
import type { OrderRecord } from './orderStore.ts';
import { revise, type State, type World } from './world.ts';

/** Deletes an order and everything of its process, as the vendor does when its deletion date has come. */
export function deleteOrder(world: World, record: OrderRecord): void {
  const { processId } = record.order;
  const process = world.state.processes.get(processId);
  removeOrder(world, record);
  for (const unit of (process?.pickJobRefs ?? []).flatMap((id) => world.state.loadUnitsOfPickJob.get(id) ?? [])) {
    world.state.loadUnits.delete(unit);
  }
  for (const entities of entitiesOf(world.state)) {
    for (const [id, entity] of entities) if (belongsTo(entity, processId)) entities.delete(id);
  }
  if (process !== undefined) world.publish('PROCESS_DELETED', process);
}

/** Takes the personal details out of an order; where the vendor then answers 404 is a switch, anonymizedReadable. */
export function anonymizeOrder(world: World, record: OrderRecord): void {
  const { addresses: _, consumerId: __, email: ___, ...consumer } = record.order.consumer as PersonalConsumer;
  const order: Order = revise(world, record.order, { consumer, anonymized: true });
  world.state.orders.replace(order, world.clock.now());
  if (!world.settings.anonymizedReadable) removeOrder(world, record);
  const process = world.state.processes.get(order.processId);
  if (process === undefined) return;
  const anonymized: Process = revise(world, process, { isAnonymized: true });
  world.state.processes.set(process.id, anonymized);
  world.publish('PROCESS_ANONYMIZED', anonymized);
}

type PersonalConsumer = Order['consumer'] & { readonly email?: string };

/** Nothing happens to the order any more. */
function removeOrder(world: World, record: OrderRecord): void {
  world.state.orders.remove(record.order.id, world.clock.now());
  record.ahead = [];
}

const entitiesOf = (state: State): readonly Map<string, unknown>[] =>
  Object.values(state).filter((part): part is Map<string, unknown> => part instanceof Map);

/** Entities name their process in one of three fields. */
const belongsTo = (entity: unknown, processId: string): boolean =>
  typeof entity === 'object' &&
  entity !== null &&
  (['id', 'processId', 'processRef'] as const).some((name) => Reflect.get(entity, name) === processId);
