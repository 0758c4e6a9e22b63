import {
  createCommercetoolsClient,
  createCommercetoolsPlatform,
  notificationKey,
} from '@pipeline/platform-commercetools';
import { landNotifications } from '@pipeline/landing';
import { topics } from '@pipeline/schemas';
import {
  checkIngest,
  createStreamService,
  runWithSettings,
  type StreamService,
  toCommercetoolsAccess,
} from '@pipeline/service-kit';
import { type Settings, settings } from './config.ts';
import { createPublishOrder } from './handlers/publishOrder.ts';
import { createCommercetoolsLanding } from './landing.ts';
import { createPublishingObserver } from './observer.ts';
import { codecTopics, normaliseTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

await runWithSettings({ definitions: settings, check: checkIngest, run });

async function run(config: Settings): Promise<void> {
  const service = await createStreamService({
    name: 'ingest-ct',
    version: manifest.version,
    settings: config,
    definitions: settings,
    topics: codecTopics,
  });
  if (config.ROLES.includes('land')) await land(service, config);
  if (config.ROLES.includes('normalise')) normalise(service, config);
}

function land(service: StreamService, config: Settings): Promise<void> {
  return landNotifications(service, {
    source: 'commercetools',
    topic: topics.commercetoolsNotifications,
    settings: config,
    secret: config.CT_PUSH_SECRET,
    keyOf: notificationKey,
    createServer: createCommercetoolsLanding,
  });
}

function normalise(service: StreamService, config: Settings): void {
  const access = toCommercetoolsAccess(config, service);
  const commercetools = createCommercetoolsClient(access);
  service.useVendor('commercetools', access.apiUrl, commercetools);
  const handler = createPublishOrder({
    platform: createCommercetoolsPlatform({ api: commercetools.api }),
    projectKey: access.projectKey,
    instance: config.INSTANCE,
    ourClientIds: [access.clientId],
    producer: service.identity,
    observer: createPublishingObserver(service),
  });
  service.run(normaliseTopology(handler), { settings: config, gatesReadiness: !config.ROLES.includes('land') });
}
