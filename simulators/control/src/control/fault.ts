import { METHODS, validateHeaderName, validateHeaderValue } from 'node:http';
import { ControlRefusal, parseMembers } from './refusal.ts';
import { isRoutePattern } from './route.ts';

/** What goes wrong with matching requests. Without `count` and `probability`: with each, until the faults are removed. */
export interface Fault {
  readonly method?: string;
  /** See createRouteMatcher; absent: every route, sign-in too. In a request `path` says the same. */
  readonly route?: string;
  /** Answer with this status. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, such as an HTML error page; anything else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
  /** `reset`: no answer, the connection is reset. `cutBody`: half of the answer, then the connection ends. */
  readonly action?: 'reset' | 'cutBody';
  /**
   * before: the request has no effect; a mere delay lets it through, unless the caller has hung up. after: it has its
   * effect, only the answer is spoiled. late: it has its effect after the delay, whoever waits. (Default: before)
   */
  readonly when: 'before' | 'after' | 'late';
  readonly count?: number;
  /** 0..1 */
  readonly probability?: number;
}

type Member = readonly [isValid: (value: unknown) => boolean, expected: string];

const number = (min: number, max: number): Member => [
  (value) => typeof value === 'number' && value >= min && value <= max,
  `a number from ${min} to ${max}`,
];

const whole = (min: number, max: number): Member => [
  (value) => Number.isInteger(value) && number(min, max)[0](value),
  `a whole number from ${min} to ${max}`,
];

const oneOf = (...values: readonly string[]): Member => [
  (value) => values.some((each) => each === value),
  new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(values),
];

const route: Member = [
  (value) => typeof value === 'string' && isRoutePattern(value),
  'a path without query that starts with / or *; {name} stands for a parameter, * for any characters',
];

const members: { readonly [Name in keyof Fault | 'path']-?: Member } = {
  method: [(value) => typeof value === 'string' && isMethod(value), 'an HTTP method such as POST'],
  route,
  path: route,
  status: whole(200, 599),
  headers: [isHeaders, 'an object of header names and texts'],
  body: [() => true, ''],
  delayMs: number(0, 600_000),
  action: oneOf('reset', 'cutBody'),
  when: oneOf('before', 'after', 'late'),
  count: whole(1, 1_000_000_000),
  probability: number(0, 1),
};

/** Throws ControlRefusal that names the member, also when the fault could never do anything. */
export function parseFault(body: unknown): Fault {
  const given = parseMembers(body, 'a fault', Object.keys(members));
  for (const [name, value] of Object.entries(given)) {
    const [isValid, expected] = members[name as keyof typeof members];
    if (!isValid(value))
      throw new ControlRefusal(`A fault's '${name}' is ${JSON.stringify(value)}, but must be ${expected}.`);
  }
  const { path, ...rest } = given;
  if (path !== undefined && rest['route'] !== undefined)
    throw new ControlRefusal("A fault's 'route' and 'path' mean the same: give one of them.");
  const fault = { when: 'before', ...(path !== undefined && { route: path }), ...rest } as Fault;
  if (!isAnswer(fault) && fault.delayMs === undefined && fault.action === undefined)
    throw new ControlRefusal("A fault needs one of 'status', 'body', 'delayMs' and 'action'.");
  if (fault.when === 'late' && (fault.delayMs === undefined || isAnswer(fault) || fault.action !== undefined))
    throw new ControlRefusal("A fault that is late has 'delayMs', and none of 'status', 'body' and 'action'.");
  if (fault.headers !== undefined && !isAnswer(fault) && fault.action !== 'cutBody')
    throw new ControlRefusal("A fault's 'headers' go with 'status', 'body' or the action cutBody.");
  return fault;
}

/** Whether the fault takes the place of the real answer; a mere delay lets it through. */
export const isAnswer = ({ status, body }: Fault): boolean => status !== undefined || body !== undefined;

export const isMethod = (text: string): boolean => METHODS.includes(text.toUpperCase());

function isHeaders(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  try {
    for (const [name, text] of Object.entries(value)) {
      if (typeof text !== 'string') return false;
      validateHeaderName(name);
      validateHeaderValue(name, text);
    }
    return true;
  } catch {
    return false;
  }
}
