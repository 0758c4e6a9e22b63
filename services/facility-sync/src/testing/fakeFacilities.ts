import type { Facilities, Facility, FacilityChange, WantedFacility } from '@pipeline/provider-fulfillmenttools';
import { type Instant, instant, PipelineError, usePermit } from '@pipeline/streams';

/** What happens to a write: it is answered as it should be where nothing is planned. */
export type Mishap =
  | 'not-sent'
  | 'lost-before'
  | 'lost-after'
  | 'late'
  | 'crash-late'
  | 'crash-after'
  | 'conflict'
  | 'refused'
  | 'gone';

/** After so many milliseconds a write that is `late` has its effect, if it is not refused then. */
export const LATE_MS = 1_700;

/** A tenant's facilities in memory: closed to a second tenantFacilityId of the same name, and to old versions. */
export function createFakeFacilities(crash: () => Promise<never>, now: () => Instant = instant) {
  const stored = new Map<string, Facility>();
  const mishaps: Mishap[] = [];
  const writes: (FacilityChange | 'create')[] = [];
  const late: { readonly at: number; readonly effect: () => unknown }[] = [];
  let made = 0;
  const byKey = (key: string) => [...stored.values()].find(({ tenantFacilityId }) => tenantFacilityId === key);
  const refusal = (httpStatus: number) =>
    new PipelineError('permanent', 'provider-refused', 'It was refused.', { stage: 'call', httpStatus });
  const conflict = new PipelineError('conflict', 'provider-conflict', 'It named an old version.');
  const lost = new PipelineError('unknown-outcome', 'provider-timeout', 'No answer.');

  /** The write, or what went wrong with it. */
  async function write<Result>(effect: () => Result): Promise<Result> {
    arrive();
    const mishap = mishaps.shift();
    if (mishap === 'not-sent')
      throw new PipelineError('throttled', 'provider-throttled', 'Put off.', { notSent: true });
    if (mishap === 'late' || mishap === 'crash-late') late.push({ at: now().monotonic + LATE_MS, effect });
    if (mishap === 'crash-late') return crash();
    if (mishap === 'late') throw lost;
    if (mishap === 'lost-before') throw lost;
    if (mishap === 'conflict') throw conflict;
    if (mishap === 'refused') throw refusal(400);
    if (mishap === 'gone') throw new PipelineError('gone', 'provider-not-found', 'It found nothing.');
    const result = effect();
    if (mishap === 'lost-after') throw lost;
    return mishap === 'crash-after' ? crash() : result;
  }

  /** What is late by now has its effect; `until` infinity: all of it. */
  function arrive(until = now().monotonic): void {
    while (late[0] && late[0].at <= until) {
      try {
        late.shift()?.effect();
      } catch {
        // Nobody hears the refusal.
      }
    }
  }

  const put = (facility: Facility): Facility => {
    stored.set(facility.id, facility);
    return facility;
  };
  const make = ({ tenantFacilityId, name, address }: WantedFacility, channelId: string | null): Facility => ({
    id: `facility-${++made}`,
    version: 1,
    isSupplier: false,
    tenantFacilityId,
    name,
    status: 'ONLINE',
    address: { ...address },
    customAttributes: channelId === null ? {} : { commercetoolsId: channelId },
    channelId,
  });

  const facilities: Facilities = {
    prepare: async () => undefined,
    async get(id) {
      arrive();
      return stored.get(id);
    },
    async find(key) {
      arrive();
      return byKey(key);
    },
    async create(wanted, channelId, permit) {
      usePermit(permit);
      return write(() => {
        if (byKey(wanted.tenantFacilityId)) throw refusal(400);
        writes.push('create');
        return put(make(wanted, channelId));
      });
    },
    async change({ id, version }, change, permit) {
      usePermit(permit);
      return write(() => {
        const facility = stored.get(id);
        if (!facility) throw new PipelineError('gone', 'provider-not-found', 'It found nothing.');
        if (facility.version !== version) throw conflict;
        if (change.tenantFacilityId !== undefined && byKey(change.tenantFacilityId)) throw refusal(400);
        writes.push(change);
        const channelId = change.customAttributes?.commercetoolsId;
        return put({
          ...facility,
          ...(change as Partial<Facility>),
          ...(typeof channelId === 'string' ? { channelId } : {}),
          version: version + 1,
        });
      });
    },
  };
  return { facilities, stored, mishaps, writes, byKey, make, put, arrive, all: () => [...stored.values()] };
}
