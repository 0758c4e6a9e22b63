import { createChannelReader } from '@pipeline/platform-commercetools';
import { createFacilities, type Facility, listFacilityIds, SUPPLY_ROLE } from '@pipeline/provider-fulfillmenttools';
import { defineSettings, type Environment, loadSettings } from '@pipeline/service-kit';
import { toPipelineError } from '@pipeline/streams';
import { type Output, toJson, toPrintable } from '../output.ts';
import { audit, type AuditedChannel, type Finding } from './audit.ts';
import { listChannels } from './listChannels.ts';
import { readPatiently } from '../vendors/readPatiently.ts';
import { type ProviderClient, withProvider } from '../vendors/provider.ts';
import { type Shop, withShop } from '../vendors/shop.ts';

const settings = defineSettings({
  FACILITY_COMPANY_NAME: { type: 'string', description: 'As facility-sync has it.' },
});

/** Reads at a time, beside what the services do. */
const AT_A_TIME = 8;

/**
 * `channels audit`: what at fulfillmenttools is not as the channels say. Changes nothing. Returns the exit code: 1 when
 * something differs.
 * @throws SettingsError; PipelineError of a vendor that does not answer, or to which it may not speak.
 */
export async function auditChannels(env: Environment, { json }: AuditOptions, output: Output): Promise<number> {
  const { FACILITY_COMPANY_NAME } = loadSettings(settings, env);
  const { signal } = new AbortController();
  return await withProvider(env, async (client) => {
    const channels = await withShop(env, { what: 'Channels', scope: 'view_channels' }, (shop) =>
      readChannels(shop, signal),
    );
    const facilities = await readFacilities(client, signal);
    const findings = audit(channels, facilities, FACILITY_COMPANY_NAME);
    const counts = {
      channels: channels.filter(({ supplies }) => supplies).length,
      facilities: facilities.filter(({ channelId }) => channelId !== null).length,
    };
    if (json) output.out(toJson({ ...counts, findings }));
    else describeAudit(findings, counts).forEach((line) => output.out(line));
    return findings.length === 0 ? 0 : 1;
  });
}

export interface AuditOptions {
  readonly json: boolean;
}

async function readChannels({ api }: Shop, signal: AbortSignal): Promise<readonly AuditedChannel[]> {
  const readChannel = createChannelReader({ api });
  const listed = await listChannels({ api, keys: [], role: undefined, signal });
  const channels = await inTurns(listed, async ({ id, key, roles = [] }): Promise<readonly AuditedChannel[]> => {
    if (!roles.includes(SUPPLY_ROLE)) return [{ id, key, supplies: false }];
    try {
      const read = await readPatiently(() => readChannel(id, signal), signal);
      if (!read) return [];
      return [{ id, key, supplies: read.snapshot.roles.includes(SUPPLY_ROLE), snapshot: read.snapshot }];
    } catch (error) {
      const { errorClass, message } = toPipelineError(error);
      if (errorClass !== 'permanent') throw error;
      return [{ id, key, supplies: true, unreadable: message }];
    }
  });
  return channels.flat();
}

async function readFacilities(client: ProviderClient, signal: AbortSignal): Promise<readonly Facility[]> {
  const ids = await readPatiently(() => listFacilityIds({ client, signal }), signal);
  const { get } = createFacilities({ client });
  const read = await inTurns(ids, (id) => readPatiently(() => get(id, signal), signal));
  return read.filter((each): each is Facility => each !== undefined);
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += AT_A_TIME)
    results.push(...(await Promise.all(items.slice(at, at + AT_A_TIME).map(read))));
  return results;
}

export function describeAudit(
  findings: readonly Finding[],
  { channels, facilities }: { readonly channels: number; readonly facilities: number },
): string[] {
  const width = Math.max(0, ...findings.map(({ kind }) => kind.length));
  return [
    `${channels} channels with the role ${SUPPLY_ROLE}, ${facilities} facilities with the mark of a channel`,
    ...findings.map(({ kind, key, channelId, facilityIds, text }) =>
      toPrintable(`  ${kind.padEnd(width)}  ${[key ?? '-', channelId, ...facilityIds].join('  ')}  ${text}`),
    ),
    findings.length === 0 ? 'Nothing differs.' : `${findings.length} differ; what is on its way counts, too.`,
  ];
}
