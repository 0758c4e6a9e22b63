import type { ServiceName } from '@pipeline/sandbox';
import { topics } from '@pipeline/schemas';
import { sources } from '../sandboxParts.ts';
import type { Member } from '../world/member.ts';
import type { World } from '../world/world.ts';

/** A partition of these may end with a marker, which nobody commits: idle is who has begun and moves no more. */
const marked = {
  group: 'status-writer',
  begun: [topics.fulfillmentEvents.name],
  topics: [topics.fulfillmentEvents.name, topics.fulfillmentOrders.name],
} as const;

const CHECKS = 4;

/** As the sandbox's check, with any number of members. Nothing known of a member, e.g. while it starts: not idle. */
export function createIdleCheck(
  { kafka }: Pick<World, 'kafka'>,
  members: () => readonly Member[],
  groupPrefix: string,
): () => Promise<boolean> {
  let quietChecks = 0;
  let lastRest = -1;
  return async () => {
    const open = await countOpen({ kafka }, members(), groupPrefix);
    const rest = await kafka.lag(`${groupPrefix}${marked.group}`, marked.topics);
    quietChecks = open === 0 && rest === lastRest ? quietChecks + 1 : 0;
    lastRest = rest;
    return quietChecks >= CHECKS;
  };
}

/** What groups have not finished, and what members have in hand or hold back. */
export async function countOpen(
  { kafka }: Pick<World, 'kafka'>,
  members: readonly Member[],
  groupPrefix: string,
): Promise<number> {
  let open = await kafka.unread(`${groupPrefix}${marked.group}`, marked.begun);
  for (const name of Object.keys(sources) as ServiceName[])
    open += await kafka.lag(`${groupPrefix}${name}`, sources[name]);
  for (const member of members) {
    const metrics = await member.metrics();
    open += metrics.sum('pipeline_buffered_records') + metrics.sum('pipeline_events_held');
  }
  return open;
}
