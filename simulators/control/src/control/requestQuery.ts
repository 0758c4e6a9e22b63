import { isMethod } from './fault.ts';
import { ControlRefusal, refuseUnknown } from './refusal.ts';
import type { RequestFilter } from './requestLog.ts';
import { isRoutePattern } from './route.ts';

const parameters = ['method', 'route', 'path', 'since', 'limit'] as const;

/** Query of `GET /_sim/requests`. Throws ControlRefusal that names the parameter. */
export function parseRequestQuery(query: unknown): RequestFilter {
  const given = query as Readonly<Record<string, unknown>>;
  refuseUnknown(Object.keys(given), parameters, 'there is no parameter');
  const read = <Value>(
    name: (typeof parameters)[number],
    parse: (text: string) => Value | undefined,
    expected: string,
  ): Value | undefined => {
    const text = given[name];
    if (text === undefined) return undefined;
    const value = typeof text === 'string' ? parse(text) : undefined;
    if (value === undefined)
      throw new ControlRefusal(`Parameter '${name}' is ${JSON.stringify(text)}, but must be, once only, ${expected}.`);
    return value;
  };
  const toRoutePattern = (text: string) => (isRoutePattern(text) ? text : undefined);
  const route = read('route', toRoutePattern, 'a path, a route or a path with *');
  const path = read('path', toRoutePattern, 'a path, a route or a path with *');
  if (route !== undefined && path !== undefined)
    throw new ControlRefusal("Parameters 'route' and 'path' mean the same: give one of them.");
  return {
    method: read('method', (text) => (isMethod(text) ? text : undefined), 'an HTTP method such as POST'),
    route: route ?? path,
    sinceMs: read('since', toEpochMs, 'epoch milliseconds or an ISO 8601 time'),
    limit: read('limit', (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined), 'a whole number of at least 0'),
  };
}

function toEpochMs(text: string): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(value) ? undefined : value;
}
