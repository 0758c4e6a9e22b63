import { randomUUID } from 'node:crypto';
import { PROJECT_KEY } from '@pipeline/sandbox';
import type { Member } from '../world/member.ts';
import { type Answer, post, type Sent } from '../world/post.ts';
import type { Vendor } from '../world/relay.ts';
import type { World } from '../world/world.ts';

/** A service that lands and does nothing else. */
export const landOnly = { ROLES: 'land' };

/** A message about an order of the shop, as a `bare` push has it. */
export const aMessage = (over: object = {}): Readonly<Record<string, unknown>> => ({
  ...{ notificationType: 'Message', projectKey: PROJECT_KEY, id: randomUUID(), version: 1, sequenceNumber: 1 },
  ...{ resource: { typeId: 'order', id: randomUUID() }, resourceVersion: 1, type: 'OrderCreated' },
  ...{ createdAt: '2026-01-15T10:00:00.000Z', lastModifiedAt: '2026-01-15T10:00:00.000Z' },
  ...over,
});

export const bearer = (secret: string) => ({ authorization: `Bearer ${secret}`, 'content-type': 'application/json' });

export interface Push extends Sent {
  /** (Default: that of the plain secret) */
  readonly path?: string;
  /** The bytes that are to lie in Kafka when it is acknowledged; null: none. (Default: the body) */
  readonly lands?: Buffer | string | null;
}

const vendorOf = { 'ingest-ct': 'commercetools', 'ingest-fft': 'fulfillmenttools' } as const;

/** Posts to a member itself, by default with its secret; the checker wants what was acknowledged in Kafka. */
export async function pushTo(world: World, member: Member, { path, lands, ...sent }: Push): Promise<Answer> {
  const vendor: Vendor = vendorOf[member.name as keyof typeof vendorOf];
  const { headers = bearer(world.secrets[vendor]), body = '' } = sent;
  const answer = await post(`${member.url}${path ?? `/${vendor}`}`, { ...sent, headers });
  if (lands !== null) world.relay.note({ vendor, status: answer.status, body: Buffer.from(lands ?? body) });
  return answer;
}

/** Pushes so many messages at the same time. */
export const pushMany = (world: World, member: Member, count: number, push: Push = {}): Promise<Answer[]> =>
  Promise.all(
    Array.from({ length: count }, () => pushTo(world, member, { body: JSON.stringify(aMessage()), ...push })),
  );

/** Which statuses there are, each once, sorted. */
export const statusesOf = (answers: readonly Pick<Answer, 'status'>[]): readonly number[] =>
  [...new Set(answers.map(({ status }) => status))].sort((a, b) => a - b);

/** How many deliveries of a member were not landed, by reason. */
export const rejectionsOf = async (member: Member): Promise<Readonly<Record<string, number>>> =>
  (await member.metrics()).by('pipeline_notifications_rejected_total', 'reason');

export const rssMib = async (member: Member): Promise<number> =>
  Math.round((await member.metrics()).sum('process_resident_memory_bytes') / 1_048_576);

/** How many times each of these bodies lies in a topic. */
export async function copiesIn(world: World, topic: { readonly name: string }): Promise<ReadonlyMap<string, number>> {
  const copies = new Map<string, number>();
  for (const { value } of await world.kafka.messages(topic.name)) {
    const text = value?.toString('base64') ?? '';
    copies.set(text, (copies.get(text) ?? 0) + 1);
  }
  return copies;
}

/** How many of them are there more than once. */
export const repeatedIn = (copies: ReadonlyMap<string, number>): number =>
  [...copies.values()].filter((count) => count > 1).length;
