import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface SecretCheckOptions {
  readonly secret: string;
  /** Query parameter in which the secret is accepted besides the header. (Default: none.) */
  readonly queryParameter?: string;
}

/** Does a request with these headers and this URL (path and query) carry the secret? */
export type SecretCheck = (headers: IncomingHttpHeaders, url: string) => boolean;

/**
 * Accepts `Authorization: Bearer <secret>`. Compares digests in constant time, so that neither the position of the first
 * wrong character nor the length shows in the time taken.
 * @throws RangeError when the secret is empty.
 */
export function createSecretCheck({ secret, queryParameter }: SecretCheckOptions): SecretCheck {
  if (secret === '')
    throw new RangeError('The secret of the landing endpoint is empty: give it at least one character.');
  const expected = digest(Buffer.from(secret, 'utf8'));
  const matches = (given: Buffer | undefined): boolean =>
    given !== undefined && timingSafeEqual(digest(given), expected);
  return (headers, url) => matches(fromHeader(headers.authorization)) || matches(fromQuery(url, queryParameter));
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Node reads header bytes as latin1. */
function fromHeader(authorization: string | undefined): Buffer | undefined {
  const [, token] = /^Bearer +(.+)$/is.exec(authorization ?? '') ?? [];
  return token === undefined ? undefined : Buffer.from(token, 'latin1');
}

function fromQuery(url: string, parameter: string | undefined): Buffer | undefined {
  const start = url.indexOf('?');
  if (parameter === undefined || start < 0) return undefined;
  const values = new URLSearchParams(url.slice(start + 1)).getAll(parameter);
  return values.length === 1 ? Buffer.from(values[0] ?? '', 'utf8') : undefined;
}
