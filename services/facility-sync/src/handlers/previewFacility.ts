import { SUPPLY_ROLE, toWantedFacility } from '@pipeline/provider-fulfillmenttools';
import { type CommerceChannelEvent, shadowTopics } from '@pipeline/schemas';
import { type Handler, type HandlerContext, outgoing, PipelineError } from '@pipeline/streams';
import { judgeFound } from '../judgeFound.ts';
import { findMarked } from './findMarked.ts';
import type { SyncFacilityOptions } from './work.ts';

type PreviewOptions = Pick<SyncFacilityOptions, 'companyName'> & {
  readonly facilities: Pick<SyncFacilityOptions['facilities'], 'find'>;
};
type Preview = Readonly<Record<string, unknown>> & {
  readonly decision: 'create' | 'adopt' | 'offline' | 'none' | 'reject';
};

/**
 * Shadow mode: what would become of a channel's facility, as JSON, with names of fields and none of their values. Reads
 * and changes nothing but its own topic; it knows of no event before, so a facility that is there counts as adopted.
 */
export function createPreviewFacility({ facilities, companyName }: PreviewOptions): Handler<CommerceChannelEvent> {
  async function preview(event: CommerceChannelEvent, context: Pick<HandlerContext, 'read'>): Promise<Preview> {
    const { type, channelId, channel, channelKey } = event;
    if (type === 'Unknown') return { decision: 'none', reason: 'event-unknown' };
    if (type === 'ChannelDeleted' || !channel?.roles.includes(SUPPLY_ROLE)) {
      const found = await findMarked(facilities, { channelId, keys: [channel?.key, channelKey] }, context);
      const reason = type === 'ChannelDeleted' || !channel ? 'deleted' : 'without-role';
      if (!found) return { decision: 'none', reason };
      return { decision: found.status === 'OFFLINE' ? 'none' : 'offline', facilityId: found.id, reason };
    }
    const wanted = toWantedFacility(channel, companyName);
    const { tenantFacilityId } = wanted;
    const found = await context.read({ name: 'findFacility' }, (signal) => facilities.find(tenantFacilityId, signal));
    if (!found) return { decision: 'create' };
    const facilityId = found.id;
    const judged = judgeFound(found, { channelId, wanted, online: false });
    if (judged.problem) return { decision: 'reject', reason: judged.problem, facilityId };
    return { decision: 'adopt', facilityId, writes: Object.keys(judged.change ?? {}) };
  }

  return async ([{ value: event, key }], context) => {
    const { channelId, channelVersion, channelKey, type } = event;
    const decided = await preview(event, context).catch(toRejection);
    const record = { channelId, channelKey, channelVersion, type, ...decided };
    const headers = { 'content-type': 'application/json' };
    return [outgoing(shadowTopics['facility-sync'], key, Buffer.from(JSON.stringify(record)), headers)];
  };
}

/** What would be a dead letter of the channel's own making; whatever else fails is handled as always. */
function toRejection(error: unknown): Preview {
  if (!(error instanceof PipelineError) || error.code !== 'facility-incomplete') throw error;
  return { decision: 'reject', reason: error.code, message: error.message };
}
