import { runSimulator } from '@pipeline/simulator-control';
import { flags, toOptions } from './flags.ts';
import { createFulfillmenttoolsSimulator } from './index.ts';

await runSimulator(
  {
    vendor: 'fulfillmenttools',
    usage: 'npm run sim:fulfillmenttools --',
    flags,
    create: (values) => createFulfillmenttoolsSimulator(toOptions(values)),
    environment: (values, url) => ({
      FFT_BASE_URL: url,
      FFT_SIGN_IN_URL: url,
      FFT_TOKEN_URL: url,
      FFT_API_KEY: values['api-key'],
      FFT_API_USER: values.user,
      FFT_API_PASSWORD: values.password,
    }),
  },
  process.argv.slice(2),
);
