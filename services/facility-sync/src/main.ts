import { connectFulfillmenttools, createFacilities } from '@pipeline/provider-fulfillmenttools';
import {
  checkKafkaSecurity,
  createStreamService,
  runWithSettings,
  toFulfillmenttoolsAccess,
} from '@pipeline/service-kit';
import { type Settings, settings } from './config.ts';
import { createPreviewFacility } from './handlers/previewFacility.ts';
import { createSyncFacility } from './handlers/syncFacility.ts';
import { createFacilityObserver } from './observer.ts';
import { codecTopics, facilityTopology, shadowTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

await runWithSettings({ definitions: settings, check: checkKafkaSecurity, run });

async function run(config: Settings): Promise<void> {
  const service = await createStreamService({
    name: 'facility-sync',
    version: manifest.version,
    settings: config,
    definitions: settings,
    topics: codecTopics,
  });
  const client = connectFulfillmenttools(toFulfillmenttoolsAccess(config, service));
  service.useVendor('fulfillmenttools', config.FFT_BASE_URL, client);
  const facilities = createFacilities({ client });
  const companyName = config.FACILITY_COMPANY_NAME;
  if (config.FACILITY_SYNC === 'shadow') {
    const preview = createPreviewFacility({ facilities, companyName });
    service.run(shadowTopology(preview), { settings: config, groupSuffix: '-shadow' });
    return;
  }
  const syncFacility = createSyncFacility({
    facilities,
    companyName,
    timing: {
      startWindowMs: config.START_WINDOW_MS,
      requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
      serverLimitMs: config.SERVER_LIMIT_MS,
    },
    observer: createFacilityObserver(service),
  });
  service.run(facilityTopology(syncFacility), {
    settings: config,
    hold: config.FACILITY_SYNC === 'off',
    acceptEmptyState: config.ACCEPT_EMPTY_STATE,
    stateDirectory: config.STATE_DIR,
  });
}
