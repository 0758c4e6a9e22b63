import { type StatusPolicy, statusPresets } from '@pipeline/fulfillment';
import {
  createCommercetoolsClient,
  createCommercetoolsPlatform,
  fieldPresets,
  resolveOrderType,
} from '@pipeline/platform-commercetools';
import {
  createFulfillmenttoolsClient,
  createFulfillmenttoolsProvider,
  createPasswordTokenSource,
} from '@pipeline/provider-fulfillmenttools';
import { checkKafkaSecurity, createStreamService, runWithSettings } from '@pipeline/service-kit';
import { type Settings, settings } from './config.ts';
import { createPreviewStatus } from './handlers/previewStatus.ts';
import { createWriteStatus } from './handlers/writeStatus.ts';
import { createStatusObserver } from './observer.ts';
import { codecTopics, shadowTopology, statusTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

await runWithSettings({ definitions: settings, check: checkKafkaSecurity, run });

async function run(config: Settings): Promise<void> {
  const service = await createStreamService({
    name: 'status-writer',
    version: manifest.version,
    settings: config,
    topics: codecTopics,
  });
  const policy = toPolicy(config);
  if (config.STATUS_WRITES === 'shadow') {
    service.run(shadowTopology(createPreviewStatus(policy)), { settings: config, groupSuffix: '-shadow' });
    return;
  }
  const { api, close } = createCommercetoolsClient({
    projectKey: config.CTP_PROJECT_KEY,
    clientId: config.CTP_CLIENT_ID,
    clientSecret: config.CTP_CLIENT_SECRET,
    apiUrl: config.CTP_API_URL,
    authUrl: config.CTP_AUTH_URL,
    scope: config.CTP_SCOPE,
  });
  const fulfillmenttools = createFulfillmenttoolsClient({
    baseUrl: config.FFT_BASE_URL,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    tokenSource: createPasswordTokenSource({
      apiKey: config.FFT_API_KEY,
      user: config.FFT_API_USER,
      password: config.FFT_API_PASSWORD,
      signInUrl: config.FFT_SIGN_IN_URL,
      tokenUrl: config.FFT_TOKEN_URL,
    }),
  });
  service.shutdown.on('close', 'vendor clients', async () => {
    await Promise.all([close(), fulfillmenttools.close()]);
  });
  const fields = fieldPresets[config.FIELD_PRESET];
  const orderType = await service.persist('reading the custom Type of orders', (signal) =>
    resolveOrderType({ api, key: config.ORDER_TYPE_KEY, fields, signal }),
  );
  if (!orderType) return;
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
  });
  service.run(statusTopology(handler), { settings: config, hold: config.STATUS_WRITES === 'off' });
}

function toPolicy({ STATUS_PRESET, STATUS_COLLECT_HANDED_OVER, STATUS_READY }: Settings): StatusPolicy {
  const preset = statusPresets[STATUS_PRESET];
  return {
    ...preset,
    collectHandedOver: STATUS_COLLECT_HANDED_OVER ?? preset.collectHandedOver,
    ready: STATUS_READY ?? preset.ready,
  };
}
