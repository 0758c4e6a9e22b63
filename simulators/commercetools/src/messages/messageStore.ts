import type { Fields } from '../model.ts';
import { earliestOf, valuesOf } from '../query/fields.ts';
import type { Predicate } from '../query/predicate.ts';
import type { Candidate } from '../query/run.ts';

/** A message as the Messages Query API answers it: without notificationType and projectKey. */
export type Message = Fields & {
  readonly id: string;
  readonly createdAt: string;
  readonly resource: { readonly typeId: string; readonly id: string };
};

export interface StoredMessage extends Candidate {
  readonly json: Buffer;
  /** Epoch ms from which queries find it. */
  readonly visibleFrom: number;
}

/** Fields by which messages are found without parsing them. */
export const messageFacets = [
  'id',
  'version',
  'sequenceNumber',
  'resource',
  'resourceVersion',
  'createdAt',
  'lastModifiedAt',
  'type',
] as const;

/** Every message of the project, as serialised JSON outside of the heap. */
export interface MessageStore {
  add(message: Message, visibleFrom: number): void;
  find(id: string): StoredMessage | undefined;
  /** Whatever may fulfill the predicate. `sorted`: by createdAt, then id. */
  candidates(predicate: Predicate | undefined): {
    readonly messages: Iterable<StoredMessage>;
    readonly sorted: boolean;
  };
  /** Removes all messages about a resource. */
  erase(resourceId: string): void;
}

export function createMessageStore(): MessageStore {
  const byId = new Map<string, StoredMessage>();
  const byResource = new Map<string, StoredMessage[]>();
  let byTime: StoredMessage[] = [];

  /** The newest belong at the end: that is where the search for the place begins. */
  function insert(message: StoredMessage): void {
    let at = byTime.length;
    while (at > 0 && isBefore(message, byTime[at - 1] as StoredMessage)) at -= 1;
    if (at === byTime.length) byTime.push(message);
    else byTime.splice(at, 0, message);
  }

  return {
    add(message, visibleFrom) {
      const json = Buffer.from(JSON.stringify(message));
      const facets = Object.fromEntries(messageFacets.map((name) => [name, message[name]]));
      const stored = { json, facets, visibleFrom, document: () => JSON.parse(json.toString()) as Fields };
      byId.set(message.id, stored);
      const { id } = message.resource;
      const siblings = byResource.get(id);
      if (siblings) siblings.push(stored);
      else byResource.set(id, [stored]);
      insert(stored);
    },
    find: (id) => byId.get(id),
    candidates(predicate) {
      const ids = predicate && valuesOf(predicate, 'id');
      if (ids) return { messages: ids.flatMap((id) => byId.get(String(id)) ?? []), sorted: false };
      const resources = predicate && valuesOf(predicate, 'resource.id');
      if (resources)
        return { messages: [...new Set(resources)].flatMap((id) => byResource.get(String(id)) ?? []), sorted: false };
      const earliest = predicate && earliestOf(predicate, 'createdAt');
      return { messages: from(byTime, earliest === undefined ? 0 : firstFrom(byTime, earliest)), sorted: true };
    },
    erase(resourceId) {
      const erased = new Set(byResource.get(resourceId));
      byResource.delete(resourceId);
      for (const { facets } of erased) byId.delete(String(facets.id));
      if (erased.size > 0) byTime = byTime.filter((message) => !erased.has(message));
    },
  };
}

const timeOf = ({ facets }: StoredMessage): string => String(facets.createdAt);

/** Times of the simulator are all of one format, so that texts compare as times. */
function isBefore(left: StoredMessage, right: StoredMessage): boolean {
  if (timeOf(left) !== timeOf(right)) return timeOf(left) < timeOf(right);
  return String(left.facets.id) < String(right.facets.id);
}

function firstFrom(messages: readonly StoredMessage[], earliest: string): number {
  const wanted = new Date(earliest).toISOString();
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOf(messages[middle] as StoredMessage) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function* from<Item>(items: readonly Item[], start: number): Generator<Item> {
  for (let index = start; index < items.length; index += 1) yield items[index] as Item;
}
