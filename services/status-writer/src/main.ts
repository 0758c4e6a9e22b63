import { type StatusPolicy, statusPresets } from '@pipeline/fulfillment';
import {
  createCommercetoolsClient,
  createCommercetoolsPlatform,
  fieldPresets,
  resolveOrderType,
} from '@pipeline/platform-commercetools';
import { connectFulfillmenttools, createFulfillmenttoolsProvider } from '@pipeline/provider-fulfillmenttools';
import {
  checkKafkaSecurity,
  createStreamService,
  createWaiting,
  runWithSettings,
  toCommercetoolsAccess,
  toFulfillmenttoolsAccess,
} from '@pipeline/service-kit';
import type { Message } from '@pipeline/streams';
import { type Settings, settings } from './config.ts';
import { createPreviewStatus } from './handlers/previewStatus.ts';
import { createWriteStatus, type StatusInput } from './handlers/writeStatus.ts';
import { createStatusObserver } from './observer.ts';
import { codecTopics, shadowTopology, statusTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

await runWithSettings({ definitions: settings, check: checkKafkaSecurity, run });

async function run(config: Settings): Promise<void> {
  const service = await createStreamService({
    name: 'status-writer',
    version: manifest.version,
    settings: config,
    definitions: settings,
    topics: codecTopics,
  });
  const policy = toPolicy(config);
  if (config.STATUS_WRITES === 'shadow') {
    service.run(shadowTopology(createPreviewStatus(policy)), { settings: config, groupSuffix: '-shadow' });
    return;
  }
  const commercetools = createCommercetoolsClient(toCommercetoolsAccess(config, service));
  const { api } = commercetools;
  const fulfillmenttools = connectFulfillmenttools(toFulfillmenttoolsAccess(config, service));
  service.useVendor('commercetools', config.CTP_API_URL, commercetools);
  service.useVendor('fulfillmenttools', config.FFT_BASE_URL, fulfillmenttools);
  const fields = fieldPresets[config.FIELD_PRESET];
  const orderType = await service.persist('reading the custom Type of orders', (signal) =>
    resolveOrderType({ api, key: config.ORDER_TYPE_KEY, fields, signal }),
  );
  if (!orderType) return;
  const { metrics } = service;
  const waiting = createWaiting<Message<StatusInput>>();
  metrics.onScrape(() => metrics.eventsHeld.set(waiting.count()));
  const handler = createWriteStatus({
    platform: createCommercetoolsPlatform({
      api,
      fields,
      orderType,
      onSkippedFields: ({ orderId, typeId, fields: names }) => {
        service.logger.warn('the order’s custom Type does not define these fields', {
          orderId,
          entityId: typeId,
          reasons: names,
        });
      },
    }),
    provider: createFulfillmenttoolsProvider({ client: fulfillmenttools }),
    policy,
    placementWaitMs: config.PLACEMENT_WAIT_MS,
    observer: createStatusObserver(service),
    waiting,
  });
  service.run(statusTopology(handler), {
    settings: config,
    hold: config.STATUS_WRITES === 'off',
    acceptEmptyState: config.ACCEPT_EMPTY_STATE,
  });
}

function toPolicy({ STATUS_PRESET, STATUS_COLLECT_HANDED_OVER, STATUS_READY }: Settings): StatusPolicy {
  const preset = statusPresets[STATUS_PRESET];
  return {
    ...preset,
    collectHandedOver: STATUS_COLLECT_HANDED_OVER ?? preset.collectHandedOver,
    ready: STATUS_READY ?? preset.ready,
  };
}
