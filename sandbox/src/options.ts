import { decimal, readFlags, seedOf, UsageError, whole } from './flags.ts';

export interface StartFlags {
  readonly once: boolean;
  readonly orders: number;
  readonly json: boolean;
  /** undefined: not given. */
  readonly duplicateWebhooks: number | undefined;
  readonly shuffleWebhooks: boolean;
  readonly uniqueness: boolean;
  readonly replay: boolean;
  readonly perSecond: number;
  readonly timeoutMs: number;
  readonly keepLogs: boolean;
  readonly channels: boolean;
  /** undefined: the simulators are kind. */
  readonly harshSeed: number | undefined;
}

export const usage = `npm start -- [flags]
  --once                    end by itself when every order has arrived; exit code 0 only then
  --orders N                how many orders to place (default 20)
  --json                    the last line on stdout is one JSON object; everything else goes to stderr
  --duplicate-webhooks P    share of notifications that are sent twice, 0 to 1 (default 0)
  --shuffle-webhooks        notifications arrive in any order
  --no-uniqueness           the fulfillmenttools simulator accepts a repeated tenantOrderId
  --replay                  with --once: afterwards read every topic again with new consumer groups
  --harsh                   the simulators do whatever their vendors do not rule out; each order lives another life
  --seed N                  with --harsh: decides what happens, 0 to 4294967295 (default: any; it is printed)
  --rate N                  orders placed per second (default 20)
  --timeout N               seconds until --once gives up (default 300)
  --keep-logs               the services' logs stay when all went well too
  --channels                the shop's channels become facilities: facility-sync runs too
  --help                    this text`;

/** @throws Error when FAILPOINT is set: it would be ignored, as all services get settings of the sandbox's own. */
export function refuseFailpoint(env: Readonly<Record<string, string | undefined>>): void {
  if ((env['FAILPOINT'] ?? '').trim() === '') return;
  throw new Error(
    'FAILPOINT is for the process of a single service, and npm start passes it to none: unset it, or see "A failpoint by hand" in docs/guides/develop.md.',
  );
}

/** Arguments → flags. Throws UsageError that names the flag and what it must be. */
export function parseFlags(args: readonly string[]): StartFlags | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  if (values.seed !== undefined && !values.harsh) throw new UsageError('--seed needs --harsh.');
  const duplicates = values['duplicate-webhooks'];
  if (values.replay && !values.once) throw new UsageError('--replay needs --once.');
  return {
    once: values.once,
    orders: whole('--orders', values.orders, 1, 100_000),
    json: values.json,
    duplicateWebhooks: duplicates === undefined ? undefined : decimal('--duplicate-webhooks', duplicates, 0, 1),
    shuffleWebhooks: values['shuffle-webhooks'],
    // Refused, a second order would go unseen; accepted, it is a duplicate that is counted.
    uniqueness: !values['no-uniqueness'] && !values.harsh,
    replay: values.replay,
    perSecond: decimal('--rate', values.rate, 0.1, 10_000),
    timeoutMs: decimal('--timeout', values.timeout, 1, 86_400) * 1_000,
    keepLogs: values['keep-logs'],
    channels: values.channels,
    harshSeed: values.harsh ? seedOf(values.seed) : undefined,
  };
}

function parse(args: readonly string[]) {
  return readFlags({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      orders: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      'duplicate-webhooks': { type: 'string' },
      'shuffle-webhooks': { type: 'boolean', default: false },
      'no-uniqueness': { type: 'boolean', default: false },
      replay: { type: 'boolean', default: false },
      harsh: { type: 'boolean', default: false },
      seed: { type: 'string' },
      rate: { type: 'string', default: '20' },
      timeout: { type: 'string', default: '300' },
      'keep-logs': { type: 'boolean', default: false },
      channels: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
}
