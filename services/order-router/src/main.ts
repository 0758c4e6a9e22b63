import { createCommercetoolsClient, createCommercetoolsPlatform } from '@pipeline/platform-commercetools';
import {
  createFulfillmenttoolsClient,
  createFulfillmenttoolsProvider,
  createPasswordTokenSource,
} from '@pipeline/provider-fulfillmenttools';
import { createStreamService, runWithSettings } from '@pipeline/service-kit';
import { type Settings, settings } from './config.ts';
import { createPlaceOrder } from './handlers/placeOrder.ts';
import { createPreviewOrder } from './handlers/previewOrder.ts';
import { createPlacementObserver } from './observer.ts';
import { checkSettings, toGatePolicy, toRoutingPolicy, toTiming } from './policies.ts';
import { codecTopics, placementTopology, shadowTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

await runWithSettings({ definitions: settings, check: checkSettings, run });

async function run(config: Settings): Promise<void> {
  const service = await createStreamService({
    name: 'order-router',
    version: manifest.version,
    settings: config,
    topics: codecTopics,
  });
  const commercetools = createCommercetoolsClient({
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
    connections: config.CONCURRENCY,
    tokenSource: createPasswordTokenSource({
      apiKey: config.FFT_API_KEY,
      user: config.FFT_API_USER,
      password: config.FFT_API_PASSWORD,
      signInUrl: config.FFT_SIGN_IN_URL,
      tokenUrl: config.FFT_TOKEN_URL,
    }),
  });
  service.shutdown.on('close', 'vendor clients', async () => {
    await Promise.all([commercetools.close(), fulfillmenttools.close()]);
  });
  const platform = createCommercetoolsPlatform({ api: commercetools.api });
  const gate = toGatePolicy(config);
  const routing = toRoutingPolicy(config);
  if (config.PLACEMENT === 'shadow') {
    service.run(shadowTopology(createPreviewOrder({ platform, gate, routing })), {
      settings: config,
      groupSuffix: '-shadow',
    });
    return;
  }
  const placeOrder = createPlaceOrder({
    provider: createFulfillmenttoolsProvider({ client: fulfillmenttools }),
    platform,
    gate,
    routing,
    timing: toTiming(config),
    recheckAfterMs: config.PLACEMENT_RECHECK_AFTER_MS,
    lookUpFirst: config.PLACEMENT_LOOKUP_FIRST,
    member: service.member,
    observer: createPlacementObserver(service),
  });
  service.run(placementTopology(placeOrder), { settings: config, hold: config.PLACEMENT === 'off' });
}
