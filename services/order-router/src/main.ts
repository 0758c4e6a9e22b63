import { createCommercetoolsClient, createCommercetoolsPlatform } from '@pipeline/platform-commercetools';
import { connectFulfillmenttools, createFulfillmenttoolsProvider } from '@pipeline/provider-fulfillmenttools';
import {
  createStreamService,
  runWithSettings,
  toCommercetoolsAccess,
  toFulfillmenttoolsAccess,
} from '@pipeline/service-kit';
import { type Settings, settings } from './config.ts';
import { createPlaceOrder } from './handlers/placeOrder.ts';
import { createPreviewOrder } from './handlers/previewOrder.ts';
import { createPlacementObserver } from './observer.ts';
import { checkSettings, toGatePolicy, toMappingConfig, toRoutingPolicy, toTiming } from './policies.ts';
import { codecTopics, placementTopology, shadowTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

await runWithSettings({ definitions: settings, check: checkSettings, run });

async function run(config: Settings): Promise<void> {
  const service = await createStreamService({
    name: 'order-router',
    version: manifest.version,
    settings: config,
    definitions: settings,
    topics: codecTopics,
  });
  const commercetools = createCommercetoolsClient(toCommercetoolsAccess(config, service));
  const fulfillmenttools = connectFulfillmenttools(toFulfillmenttoolsAccess(config, service));
  service.useVendor('commercetools', config.CTP_API_URL, commercetools);
  service.useVendor('fulfillmenttools', config.FFT_BASE_URL, fulfillmenttools);
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
    provider: createFulfillmenttoolsProvider({ client: fulfillmenttools, mapping: toMappingConfig(config) }),
    platform,
    gate,
    routing,
    timing: toTiming(config),
    recheckAfterMs: config.PLACEMENT_RECHECK_AFTER_MS,
    lookUpFirst: config.PLACEMENT_LOOKUP_FIRST,
    erasureGraceMs: config.ERASURE_GRACE_MS,
    member: service.member,
    observer: createPlacementObserver(service),
  });
  service.run(placementTopology(placeOrder), {
    settings: config,
    hold: config.PLACEMENT === 'off',
    acceptEmptyState: config.ACCEPT_EMPTY_STATE,
    stateDirectory: config.STATE_DIR,
  });
}
