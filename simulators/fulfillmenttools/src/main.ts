import { parseArgs } from 'node:util';
import { type DuplicateStatus, createFulfillmenttoolsSimulator, type SimulatorOptions } from './index.ts';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    port: { type: 'string', default: '0' },
    user: { type: 'string' },
    password: { type: 'string' },
    'api-key': { type: 'string' },
    'token-lifetime-seconds': { type: 'string' },
    uniqueness: { type: 'boolean' },
    'duplicate-status': { type: 'string' },
    'latency-ms': { type: 'string' },
    'index-lag-ms': { type: 'string' },
    'step-ms': { type: 'string' },
    facilities: { type: 'string' },
    'inherit-attributes': { type: 'boolean' },
    tracking: { type: 'boolean' },
    'retry-base-ms': { type: 'string' },
    duplicates: { type: 'string' },
    shuffle: { type: 'boolean' },
    'shuffle-ms': { type: 'string' },
    seed: { type: 'string' },
  },
});

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

const options = {
  user: values.user,
  password: values.password,
  apiKey: values['api-key'],
  tokenLifetimeSeconds: number(values['token-lifetime-seconds']),
  uniqueness: values.uniqueness,
  duplicateStatus: number(values['duplicate-status']) as DuplicateStatus | undefined,
  latencyMs: number(values['latency-ms']),
  indexLagMs: number(values['index-lag-ms']),
  stepMs: number(values['step-ms']),
  facilities: values.facilities?.split(','),
  inheritAttributes: values['inherit-attributes'],
  tracking: values.tracking,
  retryBaseMs: number(values['retry-base-ms']),
  duplicates: number(values.duplicates),
  shuffle: values.shuffle,
  shuffleMs: number(values['shuffle-ms']),
  seed: number(values.seed),
};

const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
const simulator = createFulfillmenttoolsSimulator(given as SimulatorOptions);
const url = await simulator.listen(Number(values.port));
console.log(`fulfillmenttools simulator: ${url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void simulator.close());
}
