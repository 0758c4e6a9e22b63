import { readFlags, seedOf, whole } from '../sandboxParts.ts';

export interface SoakFlags {
  readonly minutes: number;
  readonly orders: number;
  readonly seed: number;
  readonly everyMs: number;
  readonly calmMinutes: number;
  readonly json: boolean;
  readonly keepLogs: boolean;
}

export const soakUsage = `npm run faults -- soak [flags]
  --minutes N       how long orders arrive and things go wrong (default: 10)
  --orders N        how many, spread over that time (default: 10000)
  --seed N          decides what strikes when, 0 to 4294967295 (default: any; it is printed)
  --every-ms N      longest pause between two strikes (default: 5000)
  --calm-minutes N  how long afterwards until every order must have ended (default: 5, and one for every thousand orders)
  --json            the last line on stdout is one JSON object; everything else goes to stderr
  --keep-logs       the services' logs stay when all went well too
  --help            this text

It starts a broker of its own, as it ends it again and again; needed are Java 17 or later and Maven. Exit code 0 when
members were killed, deliveries compared, nothing was lost, made twice or fell back and no invariant was violated,
1 otherwise, 2 when an argument is wrong.`;

/** @throws UsageError that names the flag and what it must be. */
export function parseSoak(args: readonly string[]): SoakFlags | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const orders = whole('--orders', values.orders, 1, 1_000_000);
  const calm = values['calm-minutes'];
  return {
    minutes: whole('--minutes', values.minutes, 1, 10_000),
    orders,
    seed: seedOf(values.seed),
    everyMs: whole('--every-ms', values['every-ms'], 500, 600_000),
    calmMinutes: calm === undefined ? 5 + Math.ceil(orders / 1_000) : whole('--calm-minutes', calm, 1, 10_000),
    json: values.json,
    keepLogs: values['keep-logs'],
  };
}

function parse(args: readonly string[]) {
  return readFlags({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      orders: { type: 'string', default: '10000' },
      seed: { type: 'string' },
      'every-ms': { type: 'string', default: '5000' },
      'calm-minutes': { type: 'string' },
      json: { type: 'boolean', default: false },
      'keep-logs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}
