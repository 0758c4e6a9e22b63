/** The endpoints of both ingest services as a process of their own, without Kafka behind them: what is landed is counted. */
import { createLandingServer, fixedSecrets } from '@pipeline/landing';
import { loadSettings } from '@pipeline/service-kit';
import { settings as ofPlatform } from '../../../services/ingest-ct/src/config.ts';
import { createEndpoints as platformEndpoints } from '../../../services/ingest-ct/src/endpoints.ts';
import { settings as ofProvider } from '../../../services/ingest-fft/src/config.ts';
import { createEndpoints as providerEndpoints } from '../../../services/ingest-fft/src/endpoints.ts';
import type { FromLanding, ToLanding } from './startLanding.ts';

const tell = (message: FromLanding): void => void process.send?.(message);

const parts = { secrets: fixedSecrets(process.env['CT_PUSH_SECRET'] ?? ''), observer: {} };
let landed = 0;
const server = await createLandingServer({
  host: '127.0.0.1',
  port: 0,
  source: 'commercetools',
  producer: 'fuzz@0',
  endpoints: [
    ...platformEndpoints(loadSettings(ofPlatform, process.env))(parts),
    ...providerEndpoints(loadSettings(ofProvider, process.env))(parts),
  ],
  publish: (messages) => {
    landed += messages.length;
    return Promise.resolve();
  },
});

process.on('message', (message: ToLanding) => {
  if (message === 'landed') tell({ is: 'landed', count: landed });
});
process.once('disconnect', () => process.exit());
tell({ is: 'listening', port: server.port });
