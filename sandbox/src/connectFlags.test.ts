import { expect, test } from 'vitest';
import { parseConnectFlags } from './connectFlags.ts';

const secrets = { CT_PUSH_SECRET: 'push', FFT_WEBHOOK_SECRET: 'webhook' };

test('without flags the addresses are those that the README starts everything at', () => {
  expect(parseConnectFlags([], secrets)).toEqual({
    commercetools: 'http://127.0.0.1:8091',
    fulfillmenttools: 'http://127.0.0.1:8092',
    ingestCt: 'http://127.0.0.1:8080',
    ingestFft: 'http://127.0.0.1:8085',
    pushSecret: 'push',
    webhookSecret: 'webhook',
  });
});

test.each([
  [['--ingest-ct', 'nowhere'], secrets, '--ingest-ct must be a URL.'],
  [['--ingest'], secrets, "Unknown option '--ingest'"],
  [[], { CT_PUSH_SECRET: 'push' }, 'FFT_WEBHOOK_SECRET is missing in the environment.'],
])('%j with %j is refused with the usage', (args, env, message) => {
  expect(() => parseConnectFlags(args, env)).toThrow(message);
  expect(() => parseConnectFlags(args, env)).toThrow('Usage: npm run sim:connect');
});
