import { createCommercetoolsClient, createCommercetoolsPlatform } from '@pipeline/platform-commercetools';
import {
  connectFulfillmenttools,
  createConfigReader,
  createFulfillmenttoolsProvider,
  explainTransformed,
  startTransform,
  toOrderPolicy,
  usablePipelineConfig,
} from '@pipeline/provider-fulfillmenttools';
import {
  createStreamService,
  runWithSettings,
  toCommercetoolsAccess,
  toFulfillmenttoolsAccess,
} from '@pipeline/service-kit';
import { type Settings, settings } from './config.ts';
import { createPlaceOrder } from './handlers/placeOrder.ts';
import { createPreviewOrder, type PreviewOrderOptions } from './handlers/previewOrder.ts';
import { createPlacementObserver } from './observer.ts';
import { checkSettings, toGatePolicy, toTiming } from './policies.ts';
import { codecTopics, placementTopology, shadowTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

const readConfig = createConfigReader();
await runWithSettings({ definitions: settings, check: (given) => checkSettings(given, readConfig), tryOut, run });

/** Loads the shop's own code and lets it go. */
async function tryOut({ PIPELINE_CONFIG }: Settings): Promise<void> {
  const { transform } = usablePipelineConfig(readConfig(PIPELINE_CONFIG));
  if (transform) await (await startTransform(transform))[Symbol.asyncDispose]();
}

async function run(config: Settings): Promise<void> {
  const pipeline = usablePipelineConfig(readConfig(config.PIPELINE_CONFIG));
  const { routing, mapping } = toOrderPolicy(pipeline, config);
  const transform = pipeline.transform && (await startTransform(pipeline.transform));
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
  const gate = toGatePolicy(config);
  const { collectFacilityField } = routing;
  const channelFields = collectFacilityField === null ? [] : [collectFacilityField];
  const platform = createCommercetoolsPlatform({ api: commercetools.api, channelFields });
  if (config.PLACEMENT === 'shadow') {
    const explain: PreviewOrderOptions['explain'] = (order, context) =>
      explainTransformed(order, { routing, mapping, transform, context });
    service.run(shadowTopology(createPreviewOrder({ platform, gate, routing, explain })), {
      settings: config,
      groupSuffix: '-shadow',
    });
    return;
  }
  const placeOrder = createPlaceOrder({
    provider: createFulfillmenttoolsProvider({ client: fulfillmenttools, mapping, transform }),
    platform,
    gate,
    routing,
    timing: toTiming(config),
    recheckAfterMs: config.PLACEMENT_RECHECK_AFTER_MS,
    lookUpFirst: config.PLACEMENT_LOOKUP_FIRST,
    amendLines: config.AMEND_LINES,
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
