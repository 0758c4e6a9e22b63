/** The landing server as a process of its own, without Kafka behind it: what is landed is counted. */
import { createLandingServer, createSecretTransport, fixedSecrets } from '@pipeline/landing';
import { splitPush } from '@pipeline/platform-commercetools';
import { type FromLanding, landingPath, type ToLanding } from './startLanding.ts';

const tell = (message: FromLanding): void => void process.send?.(message);

let landed = 0;
const server = await createLandingServer({
  host: '127.0.0.1',
  port: 0,
  source: 'commercetools',
  producer: 'fuzz@0',
  endpoints: [
    {
      path: landingPath,
      transport: createSecretTransport({
        secrets: fixedSecrets(process.env['FUZZ_SECRET'] ?? ''),
        queryParameter: 'token',
      }),
      toRecords: splitPush,
    },
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
