import {
  createCommercetoolsClient,
  createCommercetoolsPlatform,
  fieldPresets,
  resolveOrderType,
  resolveParcelType,
  resolveSyncChannel,
  toFieldNames,
} from '@pipeline/platform-commercetools';
import {
  connectFulfillmenttools,
  createConfigReader,
  createFulfillmenttoolsProvider,
  toFieldSettings,
  toStatusPolicy,
  usablePipelineConfig,
} from '@pipeline/provider-fulfillmenttools';
import {
  createStreamService,
  createWaiting,
  runWithSettings,
  toCommercetoolsAccess,
  toFulfillmenttoolsAccess,
} from '@pipeline/service-kit';
import type { Message } from '@pipeline/streams';
import { checkWith, type Settings, settings } from './config.ts';
import { createPreviewStatus } from './handlers/previewStatus.ts';
import { createWriteStatus, type StatusInput } from './handlers/writeStatus.ts';
import { createStatusObserver } from './observer.ts';
import { codecTopics, shadowTopology, statusTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

const readConfig = createConfigReader();
await runWithSettings({ definitions: settings, check: checkWith(readConfig), run });

async function run(config: Settings): Promise<void> {
  const file = usablePipelineConfig(readConfig(config.PIPELINE_CONFIG));
  const { FIELD_PRESET, FIELD_NAMES, ORDER_TYPE_KEY } = toFieldSettings(file, config);
  const service = await createStreamService({
    name: 'status-writer',
    version: manifest.version,
    settings: config,
    definitions: settings,
    topics: codecTopics,
  });
  const fields = toFieldNames(fieldPresets[FIELD_PRESET], FIELD_NAMES);
  if (config.STATUS_WRITES === 'shadow') {
    const policy = toStatusPolicy(file, config, {
      trackingLinks: true,
      syncChannelId: null,
      parcelsField: fields.parcels !== null,
      jobsField: fields.jobs !== null,
    });
    service.run(shadowTopology(createPreviewStatus(policy)), { settings: config, groupSuffix: '-shadow' });
    return;
  }
  const commercetools = createCommercetoolsClient(toCommercetoolsAccess(config, service));
  const { api } = commercetools;
  const fulfillmenttools = connectFulfillmenttools(toFulfillmenttoolsAccess(config, service));
  service.useVendor('commercetools', config.CTP_API_URL, commercetools);
  service.useVendor('fulfillmenttools', config.FFT_BASE_URL, fulfillmenttools);
  const orderType = await service.persist('reading the custom Type of orders', (signal) =>
    resolveOrderType({ api, key: ORDER_TYPE_KEY, fields, signal }),
  );
  if (!orderType) return;
  const { PARCEL_URL_FIELD: urlField } = config;
  const found = await service.persist('reading the custom Type of parcels', async (signal) => ({
    parcelType:
      urlField === 'none' ? undefined : await resolveParcelType({ api, key: config.PARCEL_TYPE_KEY, urlField, signal }),
  }));
  if (!found) return;
  const { parcelType = null } = found;
  if (!parcelType && urlField !== 'none')
    service.logger.warn('parcels are written without their tracking URL: npm run setup:commercetools adds its place', {
      reason: `no custom Type ${config.PARCEL_TYPE_KEY}`,
    });
  const key = config.SYNC_CHANNEL_KEY;
  const syncChannelId =
    key && (await service.persist('reading the channel', (signal) => resolveSyncChannel({ api, key, signal })));
  if (syncChannelId === undefined) return;
  const { metrics } = service;
  const waiting = createWaiting<Message<StatusInput>>();
  metrics.onScrape(() => metrics.eventsHeld.set(waiting.count()));
  const handler = createWriteStatus({
    platform: createCommercetoolsPlatform({
      api,
      fields,
      orderType,
      parcelType,
      onSkippedFields: ({ orderId, typeId, fields: names }) => {
        service.logger.warn('the order’s custom Type does not define these fields', {
          orderId,
          entityId: typeId,
          reasons: names,
        });
      },
    }),
    provider: createFulfillmenttoolsProvider({ client: fulfillmenttools }),
    policy: toStatusPolicy(file, config, {
      trackingLinks: parcelType !== null,
      syncChannelId: syncChannelId || null,
      parcelsField: fields.parcels !== null,
      jobsField: fields.jobs !== null,
    }),
    placementWaitMs: config.PLACEMENT_WAIT_MS,
    lingerMs: config.STATUS_LINGER_MS,
    observer: createStatusObserver({ logger: service.logger, metrics, waitingMs: config.STATUS_WAITING_ALERT_MS }),
    waiting,
  });
  service.run(statusTopology(handler), {
    settings: config,
    hold: config.STATUS_WRITES === 'off',
    acceptEmptyState: config.ACCEPT_EMPTY_STATE,
    stateDirectory: config.STATE_DIR,
  });
}
