import type { Fault, RequestedRoute } from '@pipeline/simulator-control';
import { createTally, type Dice } from './dice.ts';
import { ApiError, extensionBadResponse, extensionNoResponse, toErrorBody } from './errors.ts';
import type { Quirks } from './quirks.ts';
import { chance, ms, type SwitchValues } from './switches.ts';

/** Shares of requests that go wrong by themselves, sign-in included. */
export const outageSwitches = {
  overCapacity: chance(0.03, 'share of requests answered 503 without effect'),
  badGateway: chance(0.02, 'share of requests answered 502 with a page, half of them after their effect'),
  generalError: chance(0.02, 'share of requests answered 500 after their effect'),
  gatewayTimeout: chance(0.01, 'share of requests answered 504 with a page after their effect'),
  resets: chance(0.02, 'share of requests whose connection is reset, half of them after their effect'),
  extensionBadResponse: chance(0.002, 'share of order updates that an API Extension spoils'),
  extensionNoResponse: chance(0.01, 'share of order updates that end because an API Extension is too slow'),
  slow: chance(0.05, 'share of requests that take slowMs'),
  slowMs: ms(500, 500, 'how long a slow request takes'),
};

export type OutageRates = SwitchValues<typeof outageSwitches>;

/** What goes wrong with which request: decided by the seed, method, path and how often that was requested. */
export interface Outages {
  take(request: RequestedRoute & { readonly method: string }): Fault | undefined;
  /** How many requests each kind has spoiled. */
  struck(): Readonly<Record<string, number>>;
  reset(): void;
}

interface Parts {
  readonly rates: OutageRates;
  readonly quirks: Quirks;
  readonly dice: Dice;
  /** A path that is the same in each run: without random ids. */
  readonly nameOf: (path: string) => string;
}

const page = (title: string) => `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;

export function createOutages({ rates, quirks, dice, nameOf }: Parts): Outages {
  const tally = createTally();
  const counts = new Map<string, number>();

  const answer = (error: ApiError): Partial<Fault> => ({ status: error.statusCode, body: toErrorBody(error) });

  function toFault(kind: keyof OutageRates, key: string): Fault {
    const half = dice(`${kind} side`, key) < 0.5 ? 'before' : 'after';
    switch (kind) {
      case 'overCapacity': {
        const error = new ApiError(503, { code: 'OverCapacity', message: 'Service is over capacity.' });
        return { ...answer(error), ...(half === 'before' && { headers: { 'retry-after': '1' } }), when: 'before' };
      }
      case 'badGateway':
        return { status: 502, body: page('502 Bad Gateway'), when: half };
      case 'generalError':
        return { ...answer(new ApiError(500, { code: 'General', message: 'Internal Server Error' })), when: 'after' };
      case 'gatewayTimeout':
        return { status: 504, body: page('504 Gateway Timeout'), when: 'after' };
      case 'resets':
        return { action: 'reset', when: half };
      case 'extensionBadResponse':
        return { ...answer(extensionBadResponse(quirks.extensionBadResponseStatus)), when: 'before' };
      case 'extensionNoResponse':
        return { ...answer(extensionNoResponse(quirks.extensionNoResponseStatus)), when: 'before' };
      default:
        return { delayMs: rates.slowMs, when: half };
    }
  }

  return {
    take({ method, path, route }) {
      if (kinds.every((kind) => rates[kind] === 0)) return undefined;
      const request = `${method} ${nameOf(path)}`;
      const key = `${request} ${tally.next(request)}`;
      const isOrderUpdate = method === 'POST' && route.includes('/orders');
      const kind = kinds.find(
        (candidate) => (isOrderUpdate || !candidate.startsWith('extension')) && dice(candidate, key) < rates[candidate],
      );
      if (kind === undefined) return undefined;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      return toFault(kind, key);
    },
    struck: () => Object.fromEntries(counts),
    reset() {
      tally.clear();
      counts.clear();
    },
  };
}

const kinds = (Object.keys(outageSwitches) as (keyof OutageRates)[]).filter((name) => name !== 'slowMs');
