import type { OrderLink } from '@pipeline/schemas';

/** Which order a process or a tenantOrderId belongs to, as far as the links topic has told. */
export interface Links {
  /** A null link is a tombstone. "Not ours" never takes the place of an order: it may have been asked too early. */
  put(key: string, link: OrderLink | null): void;
  get(key: string): OrderLink | undefined;
  readonly size: number;
}

export function createLinks(): Links {
  const links = new Map<string, OrderLink>();
  return {
    put(key, link) {
      if (link === null) links.delete(key);
      else if (link.orderId !== null || (links.get(key)?.orderId ?? null) === null) links.set(key, link);
    },
    get: (key) => links.get(key),
    get size() {
      return links.size;
    },
  };
}
