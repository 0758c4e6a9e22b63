import type { Facility, WantedFacility } from '@pipeline/provider-fulfillmenttools';
import { failpoint, PipelineError, toPipelineError } from '@pipeline/streams';
import { judgeFound } from '../judgeFound.ts';
import type { FacilityOutcome } from '../observer.ts';
import { type Parts, toAgain, type Work } from './work.ts';

export interface Wish {
  readonly wanted: WantedFacility;
  readonly version: number;
  readonly fingerprint: string;
  /** It was taken offline, and is to be online again. */
  readonly online: boolean;
}

/** Tries after which another facility that is in the way is no matter of a moment. */
const PATIENT_TRIES = 5;

/** The facility of a channel is what the channel says: found or made, and changed where it differs. */
export function createBringUpToDate({ facilities, observer, doubts, timing }: Parts) {
  return async (work: Work, wish: Wish): Promise<void> => {
    const facility = await doubts.look(work.context, () => locate(work, wish.wanted));
    const [settled, outcome] = facility ? await adjust(work, wish, facility) : await create(work, wish);
    const online = work.toEntry({
      channelVersion: wish.version,
      tenantFacilityId: wish.wanted.tenantFacilityId,
      facilityId: settled.id,
      status: 'online',
      fingerprint: wish.fingerprint,
    });
    await work.context.state.append(online);
    doubts.end(work.context.key);
    observer.settled(online, outcome);
  };

  function find({ context }: Work, tenantFacilityId: string): Promise<Facility | undefined> {
    return context.read({ name: 'findFacility', part: tenantFacilityId }, (signal) =>
      facilities.find(tenantFacilityId, signal),
    );
  }

  /** The one on record, else what an attempt has made, else what somebody made under the channel's key. */
  async function locate(work: Work, { tenantFacilityId }: WantedFacility): Promise<Facility | undefined> {
    const { event, context } = work;
    const entry = context.state.value;
    const facilityId = entry?.facilityId;
    const known = facilityId
      ? await context.read({ name: 'getFacility' }, (signal) => facilities.get(facilityId, signal))
      : undefined;
    if (known && (known.channelId ?? event.channelId) === event.channelId) return known;
    if (entry?.status === 'creating' && entry.tenantFacilityId !== tenantFacilityId) {
      const made = await find(work, entry.tenantFacilityId);
      if (made?.channelId === event.channelId) return made;
    }
    return find(work, tenantFacilityId);
  }

  async function adjust(work: Work, wish: Wish, facility: Facility): Promise<readonly [Facility, FacilityOutcome]> {
    const { event, context } = work;
    const { channelId } = event;
    const { wanted } = wish;
    const entry = context.state.value;
    const isKnown = entry?.facilityId === facility.id;
    const judged = judgeFound(facility, { channelId, wanted, online: wish.online && isKnown });
    if (judged.problem === 'facility-key-taken') throw inTheWay(work, facility);
    if (judged.problem) throw isSupplier(work, wanted);
    const { change } = judged;
    if (change?.tenantFacilityId !== undefined) {
      const other = await find(work, change.tenantFacilityId);
      if (other && other.id !== facility.id) throw inTheWay(work, other);
    }
    const changed = change
      ? await context
          .effect({ name: 'changeFacility' }, (permit) => facilities.change(facility, change, permit))
          .catch(toAgain)
      : facility;
    return [changed, toOutcome()];

    function toOutcome(): FacilityOutcome {
      if (isKnown) return change?.status ? 'online' : change ? 'updated' : 'unchanged';
      return entry?.status === 'creating' && facility.channelId === channelId ? 'created' : 'adopted';
    }
  }

  async function create(work: Work, wish: Wish): Promise<readonly [Facility, FacilityOutcome]> {
    const { event, context } = work;
    const { tenantFacilityId } = wish.wanted;
    const exhausted = context.exhausted({ name: 'createFacility' });
    if (exhausted) throw exhausted;
    context.ensureNotPaused('createFacility');
    await facilities.prepare(context.signal);
    const intentAt = await context.state.append(
      work.toEntry({
        channelVersion: wish.version,
        tenantFacilityId,
        facilityId: null,
        status: 'creating',
        fingerprint: null,
      }),
    );
    try {
      const attempt = { name: 'createFacility', intentAt, startWithinMs: timing.startWindowMs };
      const made = await context.effect(attempt, (permit) => facilities.create(wish.wanted, event.channelId, permit));
      await failpoint('facility.afterPost', context.key);
      return [made, 'created'];
    } catch (thrown) {
      const error = toPipelineError(thrown);
      const isRefused = !error.notSent && ['permanent', 'conflict'].includes(error.errorClass);
      if (!isRefused && !error.notSent) doubts.begin(context.key);
      const there = isRefused ? await find(work, tenantFacilityId) : undefined;
      if (!there) throw error;
      return adjust(work, wish, there);
    }
  }
}

/** Another channel's facility has the key: for a moment, while its own event is on the way, or for good. */
function inTheWay({ event, context }: Work, facility: Facility): PipelineError {
  const key = event.channel?.key ?? '';
  const message = `Channel ${key} cannot have its facility: ${facility.id} at fulfillmenttools has the tenantFacilityId ${key}, and belongs to ${facility.channelId === null ? 'nobody' : `the channel ${facility.channelId}`}. Give that facility another tenantFacilityId, or set it OFFLINE where its channel is gone, then redrive.`;
  const isPatient = context.attempt < PATIENT_TRIES;
  return new PipelineError(isPatient ? 'transient' : 'permanent', 'facility-key-taken', message, { stage: 'call' });
}

function isSupplier({ event }: Work, { tenantFacilityId }: WantedFacility): PipelineError {
  const message = `Channel ${event.channel?.key ?? ''} cannot have its facility: ${tenantFacilityId} at fulfillmenttools is a supplier. Give the supplier another tenantFacilityId, then redrive.`;
  return new PipelineError('permanent', 'facility-is-supplier', message, { stage: 'call' });
}
