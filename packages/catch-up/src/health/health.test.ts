import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldHealth, isHealth, type LostWindow, type SubscriptionHealth } from './health.ts';

const NOON = Date.parse('2026-11-22T12:00:00.000Z');
const MINUTE = 60_000;
const rules = {
  delivering: ['Healthy'],
  losing: ['ConfigurationErrorDeliveryStopped', 'ManuallySuspended'],
  effectiveAfterMs: MINUTE,
};
const at = (minute: number): string => new Date(NOON + minute * MINUTE).toISOString();

interface Seen {
  readonly id?: string;
  readonly version?: number;
  readonly status: string | undefined;
}

/** A look in each minute. */
function follow(looks: readonly (string | Seen | undefined)[]) {
  let known: SubscriptionHealth | null = null;
  const windows: LostWindow[] = [];
  for (const [minute, look] of looks.entries()) {
    const {
      status,
      id = 's',
      version = 1,
    } = typeof look === 'string' ? { status: look } : (look ?? { status: undefined });
    const found = status === undefined ? undefined : { id, version, status, createdAt: at(-100) };
    const { health, window } = foldHealth(
      known,
      { found, at: NOON + minute * MINUTE, knownSince: NOON - 10 * MINUTE },
      rules,
    );
    expect(isHealth(JSON.parse(JSON.stringify(health)))).toBe(true);
    known = health;
    if (window) windows.push(window);
  }
  return { known, windows };
}

const stopped = 'ConfigurationErrorDeliveryStopped';

describe('a window', () => {
  test.for([
    ['is none while all is well', ['Healthy', 'Healthy', 'Healthy'], []],
    [
      'is none for errors after which everything is sent',
      ['Healthy', 'TemporaryError', 'ConfigurationError', 'Healthy'],
      [],
    ],
    ['opens once it is not losing any more', ['Healthy', stopped, stopped], []],
    [
      'begins where it last delivered',
      ['Healthy', 'Healthy', stopped, stopped, 'Healthy'],
      [[1, 5, 'subscription-recovered']],
    ],
    [
      'holds what was kept back before it was lost',
      ['Healthy', 'ConfigurationError', 'ConfigurationError', stopped, 'Healthy'],
      [[0, 5, 'subscription-recovered']],
    ],
    ['opens for a suspension', ['Healthy', 'ManuallySuspended', 'Healthy'], [[0, 3, 'subscription-recovered']]],
    [
      'opens though what follows is an error',
      ['Healthy', stopped, 'TemporaryError'],
      [[0, 3, 'subscription-recovered']],
    ],
    [
      'opens for one that was deleted and made anew',
      ['Healthy', undefined, { id: 't', status: 'Healthy' }],
      [[0, 3, 'subscription-recreated']],
    ],
    [
      'opens for one that was made anew unseen',
      ['Healthy', { id: 't', status: 'Healthy' }],
      [[0, 2, 'subscription-recreated']],
    ],
    [
      'opens for one that was changed unseen',
      ['Healthy', { version: 2, status: 'Healthy' }],
      [[0, 2, 'subscription-changed']],
    ],
    [
      'reaches back to what is known when it was never seen to deliver',
      [stopped, 'Healthy'],
      [[-10, 2, 'subscription-recovered']],
    ],
    [
      'opens for each loss',
      ['Healthy', stopped, 'Healthy', stopped, 'Healthy'],
      [
        [0, 3, 'subscription-recovered'],
        [2, 5, 'subscription-recovered'],
      ],
    ],
  ] as const)('%s', ([, looks, expected]) => {
    const wanted = expected.map(([from, until, reason]) => ({ from: at(from), until: at(until), reason }));
    expect(follow(looks).windows).toEqual(wanted);
  });

  test('covers every minute in which something may be lost, however statuses follow each other', () => {
    const status = fc.constantFrom(
      'Healthy',
      'TemporaryError',
      'ConfigurationError',
      stopped,
      'ManuallySuspended',
      undefined,
    );
    fc.assert(
      fc.property(fc.array(status, { minLength: 1, maxLength: 15 }), (statuses) => {
        const looks = ['Healthy', ...statuses, 'Healthy'];
        const { windows } = follow(looks);
        for (const [minute, seen] of looks.entries()) {
          if (seen !== undefined && !rules.losing.includes(seen)) continue;
          const covered = windows.some(({ from, until }) => from < at(minute) && until > at(minute));
          expect([minute, covered]).toEqual([minute, true]);
        }
      }),
    );
  });
});

test.for([null, 's', {}, { id: 1 }, { id: 's', version: 1, status: 'Healthy', deliveredAt: 'then' }])(
  '%o is no record of a subscription',
  (value) => {
    expect(isHealth(value)).toBe(false);
  },
);
