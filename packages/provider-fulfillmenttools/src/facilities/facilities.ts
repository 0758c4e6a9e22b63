import { type EffectPermit, PipelineError, usePermit } from '@pipeline/streams';
import type { CallAnswer, CallName } from '../http/answerErrors.ts';
import { toPath, unlessGone } from '../http/calls.ts';
import type { FulfillmenttoolsClient } from '../http/client.ts';
import { toModification, toNewFacility } from './facilityBodies.ts';
import { type Facility, toFacility, type WantedFacility } from './facility.ts';
import type { FacilityChange } from './facilityChange.ts';

/** The facilities of the tenant. Errors: those of the client, besides what the methods name. */
export interface Facilities {
  /** Resolves when a call could be sent now. */
  prepare(signal: AbortSignal): Promise<void>;
  /** undefined: it is not there. */
  get(id: string, signal: AbortSignal): Promise<Facility | undefined>;
  /** By the tenant's own id of it. */
  find(tenantFacilityId: string, signal: AbortSignal): Promise<Facility | undefined>;
  /**
   * @throws PipelineError `permanent` `facility-invalid`, `notSent`: the body would be refused. `permanent`
   * `provider-refused`, perhaps since there is one with this tenantFacilityId. `unknown-outcome`: look for it.
   */
  create(wanted: WantedFacility, channelId: string, permit: EffectPermit): Promise<Facility>;
  /** @throws PipelineError `conflict` for an old version, or an id that another has: read again. `gone`: it is not there. */
  change(facility: Pick<Facility, 'id' | 'version'>, change: FacilityChange, permit: EffectPermit): Promise<Facility>;
}

export function createFacilities({ client }: { readonly client: FulfillmenttoolsClient }): Facilities {
  async function get(id: string, signal: AbortSignal): Promise<Facility | undefined> {
    const call = { method: 'GET', path: toPath('/api/facilities', id), write: false } as const;
    const answer = await unlessGone(client.call({ ...call, signal }));
    return answer && readFacility(answer, call);
  }

  return {
    prepare: (signal) => client.ready(signal),
    get,
    find: (tenantFacilityId, signal) => get(`urn:fft:facility:tenantFacilityId:${tenantFacilityId}`, signal),

    async create(wanted, channelId, permit) {
      usePermit(permit);
      const body = toNewFacility(wanted, channelId);
      const call = { method: 'POST', path: '/api/facilities', write: true, permission: 'FACILITY_WRITE' } as const;
      const answer = await client.call({ ...call, body, signal: permit.signal }).catch(toCreateError);
      return readFacility(answer, call);
    },

    async change({ id, version }, change, permit) {
      usePermit(permit);
      const body = toModification(version, change);
      const path = toPath('/api/facilities', id);
      const call = { method: 'PATCH', path, write: true, permission: 'FACILITY_WRITE' } as const;
      const answer = await client.call({ ...call, body, signal: permit.signal }).catch(toChangeError);
      return readFacility(answer, call);
    },
  };
}

/** One that cannot be read says nothing about whether the write behind it happened: it did or not. */
function readFacility({ status, body }: CallAnswer, call: CallName): Facility {
  const facility = toFacility(body);
  if (facility) return facility;
  throw new PipelineError(
    call.write ? 'unknown-outcome' : 'transient',
    'provider-answer-broken',
    `${call.method} ${call.path} at fulfillmenttools was answered ${status} without a readable facility.`,
    { stage: 'call', httpStatus: status },
  );
}

/** Nothing can be gone that is only to be made. */
function toCreateError(error: unknown): never {
  if (error instanceof PipelineError && error.errorClass === 'gone')
    throw rename(error, 'permanent', 'provider-refused');
  throw error;
}

/** A 409 is about the version, or about an id that another has meanwhile: whoever reads again sees which. */
function toChangeError(error: unknown): never {
  if (error instanceof PipelineError && error.errorClass === 'permanent' && error.httpStatus === 409)
    throw rename(error, 'conflict', 'provider-conflict');
  throw error;
}

function rename(error: PipelineError, errorClass: PipelineError['errorClass'], code: string): PipelineError {
  const status = error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus };
  return new PipelineError(errorClass, code, error.message, { stage: 'call', cause: error, ...status });
}
