import { createFaults, type Fault, type Faults } from '@pipeline/simulator-control';
import { createRandom } from '../core/random.ts';
import type { World } from '../core/world.ts';

export interface Weather {
  /** Of those that a test has asked for the first that strikes, else one of the weather. */
  readonly faults: Faults;
  /** Starts anew with the switches and the seed as they are now. */
  restart(): void;
}

type Rule = Pick<Fault, 'route' | 'status' | 'headers' | 'body' | 'action' | 'when'>;

/** Faults that strike by themselves, with the shares that the switches say. `GET /_sim/faults` does not list them. */
export function createWeather(asked: Faults, { settings }: World): Weather {
  const random = createRandom(settings.seed);
  const own = createFaults(random.chance);
  const restart = () => {
    own.clear();
    random.reseed(settings.seed);
    for (const rule of toRules(settings)) own.add(rule);
  };
  restart();
  return { faults: { ...asked, take: (request) => asked.take(request) ?? own.take(request) }, restart };
}

const html = '<html><head><title>Error</title></head><body>The server encountered an error.</body></html>';

function toRules({ throttled, retryAfterSeconds, unavailable, lostAnswers }: World['settings']): readonly Fault[] {
  const tooMany = { route: '/api/*', when: 'before', status: 429, body: [{ summary: 'Too many requests' }] } as const;
  const failed = { route: '*', when: 'before' } as const;
  const lost = { route: '/api/*', when: 'after' } as const;
  return [
    ...inShares(throttled, [{ ...tooMany, headers: { 'retry-after': String(retryAfterSeconds) } }, tooMany]),
    ...inShares(unavailable, [
      { ...failed, status: 503, body: [{ summary: 'Service unavailable' }] },
      { ...failed, status: 500, body: [{ summary: 'Internal error' }] },
      { ...failed, status: 502, body: html },
      { ...failed, status: 504, body: html },
    ]),
    ...inShares(lostAnswers, [
      { ...lost, status: 504, body: html },
      { ...lost, action: 'reset' },
      { ...lost, action: 'cutBody' },
      { ...lost, status: 500, body: [{ summary: 'Internal error' }] },
    ]),
  ];
}

/** Each rule strikes equally often, though each one sees only what those before it left. */
const inShares = (share: number, rules: readonly Rule[]): readonly Fault[] =>
  share === 0 ? [] : rules.map((rule, index) => ({ ...rule, probability: share / (rules.length - share * index) }));
