import { expect, test } from 'vitest';
import { type CpuProfile, summarize } from './profile.ts';

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 9 });
const handler = 'file:///somewhere/else/services/order-router/src/handlers/placeOrder.ts';
const client = 'file:///somewhere/else/node_modules/undici/lib/client.js';
const scoped = 'file:///somewhere/else/node_modules/@kafkajs/registry/dist/index.js';
const ours = 'file:///somewhere/else/node_modules/@pipeline/streams/../../packages/streams/src/slots.ts';

const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 8, 9] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('(garbage collector)') },
    { id: 4, callFrame: frame('placeOrder', handler), children: [5] },
    { id: 5, callFrame: frame('request', client), children: [6] },
    { id: 6, callFrame: frame('emit', 'node:events'), children: [7] },
    { id: 7, callFrame: frame('writev') },
    { id: 8, callFrame: frame('', scoped) },
    { id: 9, callFrame: frame('use', ours) },
  ],
  samples: [2, 4, 5, 6, 7, 3, 8, 9],
  timeDeltas: [5_000, 1_000, 1_000, 1_000, 1_000, 2_000, 1_000, 3_000],
};

test('time inside Node counts for the package that called it, and idle time for nobody', () => {
  const { busyMs, packages } = summarize(profile);
  expect(busyMs).toBe(10);
  expect(packages).toEqual([
    { name: 'undici', share: 0.3 },
    { name: 'packages/streams', share: 0.3 },
    { name: '(garbage collector)', share: 0.2 },
    { name: 'services/order-router', share: 0.1 },
    { name: '@kafkajs/registry', share: 0.1 },
  ]);
});

test('functions are named with their file from the root of the repository and their line', () => {
  const names = summarize(profile).functions.map(({ name }) => name);
  expect(names).toContain('placeOrder services/order-router/src/handlers/placeOrder.ts:10');
  expect(names).toContain('request undici/lib/client.js:10');
  expect(names).toContain('(anonymous) @kafkajs/registry/dist/index.js:10');
  expect(names).toContain('emit node:events:10');
  expect(names).toContain('writev');
});

test('the start is left out, and only the most costly are named', () => {
  expect(summarize(profile, { skipMs: 11 })).toMatchObject({ busyMs: 4 });
  expect(summarize(profile, { most: 1 }).functions).toHaveLength(1);
});
