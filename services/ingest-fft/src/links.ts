import type { OrderLink } from '@pipeline/schemas';

/** Which order a process or a tenantOrderId belongs to, as far as the links topic has told. */
export interface Links {
  /** A null link is a tombstone. */
  put(key: string, link: OrderLink | null): void;
  get(key: string): OrderLink | undefined;
  readonly size: number;
}

export function createLinks(): Links {
  const links = new Map<string, OrderLink>();
  return {
    put(key, link) {
      if (link) links.set(key, link);
      else links.delete(key);
    },
    get: (key) => links.get(key),
    get size() {
      return links.size;
    },
  };
}
