import { runSimulator } from '@pipeline/simulator-control';
import { flags, toOptions } from './flags.ts';
import { createCommercetoolsSimulator } from './index.ts';

await runSimulator(
  {
    vendor: 'commercetools',
    usage: 'npm run sim:commercetools --',
    flags,
    create: (values) => createCommercetoolsSimulator(toOptions(values)),
    environment: ({ project, client: [client] }, url) => ({
      CTP_PROJECT_KEY: project,
      CTP_CLIENT_ID: client?.clientId ?? '',
      CTP_CLIENT_SECRET: client?.clientSecret ?? '',
      CTP_API_URL: url,
      CTP_AUTH_URL: url,
    }),
  },
  process.argv.slice(2),
);
