import { catchUpNotifications } from '@pipeline/catch-up';
import {
  type CommercetoolsClient,
  createCommercetoolsClient,
  createCommercetoolsPlatform,
  splitPush,
} from '@pipeline/platform-commercetools';
import { landNotifications } from '@pipeline/landing';
import { pullNotifications } from '@pipeline/pull';
import { topics } from '@pipeline/schemas';
import {
  createStreamService,
  given,
  runWithSettings,
  type StreamService,
  takesNotifications,
  toCommercetoolsAccess,
} from '@pipeline/service-kit';
import { toCatchUp } from './catchUp.ts';
import { toPublishChannel } from './channels.ts';
import { checkSettings, type Settings, settings } from './config.ts';
import { createEndpoints } from './endpoints.ts';
import { createPublishOrder } from './handlers/publishOrder.ts';
import { createPublishingObserver } from './observer.ts';
import { toPullSources } from './pullSources.ts';
import { catchUpGroup, codecTopics, normaliseTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

await runWithSettings({ definitions: settings, check: checkSettings, run });

async function run(config: Settings): Promise<void> {
  const service = await createStreamService({
    name: 'ingest-ct',
    version: manifest.version,
    settings: config,
    definitions: settings,
    topics: config.ROLES.includes('normalise') ? codecTopics({ channels: config.CT_CHANNELS === 'on' }) : [],
  });
  if (config.ROLES.includes('land')) await land(service, config);
  if (config.ROLES.includes('pull')) pull(service, config);
  const asksVendor = config.ROLES.includes('normalise') || config.ROLES.includes('catch-up');
  if (!asksVendor) return;
  const commercetools = connect(service, config);
  if (config.ROLES.includes('normalise')) normalise(service, config, commercetools);
  if (config.ROLES.includes('catch-up')) catchUp(service, config, commercetools);
}

function land(service: StreamService, config: Settings): Promise<void> {
  return landNotifications(service, {
    source: 'commercetools',
    topic: topics.commercetoolsNotifications,
    settings: config,
    secrets: {
      CT_PUSH_SECRET: config.CT_PUSH_SECRET,
      CT_PUSH_SECRET_PREVIOUS: config.CT_PUSH_SECRET_PREVIOUS,
    },
    endpoints: createEndpoints(config),
  });
}

function pull(service: StreamService, config: Settings): void {
  pullNotifications(service, {
    source: 'commercetools',
    topic: topics.commercetoolsNotifications,
    settings: config,
    sources: toPullSources(config),
    toRecords: splitPush,
    gatesReadiness: !config.ROLES.includes('land'),
  });
}

/** One client: one token, one set of connections, one breaker. */
function connect(service: StreamService, config: Settings): CommercetoolsClient {
  const access = toCommercetoolsAccess(config, service);
  const commercetools = createCommercetoolsClient(access);
  service.useVendor('commercetools', access.apiUrl, commercetools);
  return commercetools;
}

function normalise(service: StreamService, config: Settings, commercetools: CommercetoolsClient): void {
  const channels = config.CT_CHANNELS === 'on';
  const from = {
    projectKey: given(config, 'CTP_PROJECT_KEY'),
    instance: config.INSTANCE,
    producer: service.identity,
  };
  const handler = createPublishOrder({
    ...from,
    platform: createCommercetoolsPlatform({ api: commercetools.api }),
    ourClientIds: [given(config, 'CTP_CLIENT_ID')],
    observer: createPublishingObserver(service),
    publishChannel: channels ? toPublishChannel(service, commercetools, from) : undefined,
  });
  const options = { settings: config, gatesReadiness: !takesNotifications(config) };
  service.run(normaliseTopology(handler, { channels }), options);
}

function catchUp(service: StreamService, config: Settings, commercetools: CommercetoolsClient): void {
  const parts = toCatchUp(config, commercetools, service.logger);
  if (parts.reader === undefined && parts.subscription === undefined) return;
  catchUpNotifications(service, {
    ...parts,
    source: 'commercetools',
    topic: topics.commercetoolsNotifications,
    settings: config,
    group: catchUpGroup,
    gatesReadiness: config.ROLES.length === 1,
  });
}
