import { hash, timingSafeEqual } from 'node:crypto';
import { refuse } from '../refusal.ts';
import type { Admission, PushRequest } from '../transports/transport.ts';

/** Node takes the blanks off a header's ends, and a line ends it: any other secret could never match. */
export const secretPattern = { matches: /^\S(?:.*\S)?$/, says: 'one line without blanks at its ends' } as const;

/** SHA-256 of each secret that is accepted now; the list may change from call to call. */
export type AcceptedSecrets = () => readonly Buffer[];

export interface SecretCheckOptions {
  readonly secrets: AcceptedSecrets;
  /** In `authorization` the secret is a bearer token, in any other header the whole value. (Default: authorization.) */
  readonly header?: string;
  /** Query parameter in which the secret is accepted besides the header. (Default: none.) */
  readonly queryParameter?: string;
}

/** Does the request carry one of the secrets? */
export type SecretCheck = (request: PushRequest) => boolean;

/**
 * Compares digests in constant time and always with all secrets, so that neither the position of the first wrong
 * character, nor the length, nor which secret it was shows in the time taken.
 */
export function createSecretCheck({ secrets, header, queryParameter }: SecretCheckOptions): SecretCheck {
  const name = toHeaderName(header);
  const matches = (given: Buffer | undefined): boolean => {
    if (given === undefined) return false;
    const digest = digestOf(given);
    return secrets().reduce((found, secret) => timingSafeEqual(digest, secret) || found, false);
  };
  return ({ headers, url }) => matches(fromHeader(headers[name], name)) || matches(fromQuery(url, queryParameter));
}

/** Admits who carries one of the secrets. Whether one was carried at all is told apart in the log only. */
export function createSecretAdmission(options: SecretCheckOptions): (request: PushRequest) => Admission {
  const isAuthorized = createSecretCheck(options);
  const name = toHeaderName(options.header);
  return (request) => {
    if (isAuthorized(request)) return 'admitted';
    const given = fromHeader(request.headers[name], name) ?? fromQuery(request.url, options.queryParameter);
    return refuse(given === undefined ? 'secret-missing' : 'secret-wrong');
  };
}

const toHeaderName = (header = 'authorization'): string => header.toLowerCase();

/** @throws RangeError when a secret is empty, or there is none. */
export function fixedSecrets(...secrets: readonly string[]): AcceptedSecrets {
  if (secrets.length === 0 || secrets.includes(''))
    throw new RangeError('The secret of the landing endpoint is empty: give it at least one character.');
  const digests = toDigests(secrets);
  return () => digests;
}

export const toDigests = (secrets: readonly string[]): readonly Buffer[] =>
  secrets.map((secret) => digestOf(Buffer.from(secret, 'utf8')));

export function digestOf(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/** Node reads header bytes as latin1. A header that is there twice is one with a comma, or a list: neither matches. */
function fromHeader(value: string | string[] | undefined, name: string): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  const text = name === 'authorization' ? /^Bearer +(.+)$/is.exec(value)?.[1] : value;
  return text === undefined || text === '' ? undefined : Buffer.from(text, 'latin1');
}

function fromQuery(url: string, parameter: string | undefined): Buffer | undefined {
  const start = url.indexOf('?');
  if (parameter === undefined || start < 0) return undefined;
  const values = new URLSearchParams(url.slice(start + 1)).getAll(parameter);
  return values.length === 1 ? Buffer.from(values[0] ?? '', 'utf8') : undefined;
}
