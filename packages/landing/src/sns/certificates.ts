import { X509Certificate } from 'node:crypto';
import { boundedFetch } from '../boundedFetch.ts';

export interface CertificatesOptions {
  /** Where certificates lie, without a path; built from the region of our topic. */
  readonly origin: string;
  /** Names of certificates that were not cached, at most so many a minute. (Default: 120.) */
  readonly fetchesPerMinute?: number;
  /** (Default: 3 s.) */
  readonly timeoutMs?: number;
  /** Milliseconds since the epoch. (Default: Date.now.) */
  readonly now?: () => number;
  readonly onFetched?: (error?: unknown) => void;
}

/** File name → certificate, valid now; undefined: it cannot be had now. Throws nothing. */
export type Certificates = (file: string) => Promise<X509Certificate | undefined>;

const maxCached = 8;
/** Anybody can make up names, and a genuine one must get through beside them: so this is what bounds the asking. */
const maxFetching = 4;
/** Shorter than SNS waits between its tries. */
const failedForMs = 5_000;
const maxFailed = 256;
const maxBytes = 32 * 1_024;

/**
 * Certificates by their file name, each fetched once and kept while it is valid; requests that wait share one fetch. A
 * name that failed is not asked for again for five seconds.
 */
export function createCertificates(options: CertificatesOptions): Certificates {
  const { origin, fetchesPerMinute = 120, timeoutMs = 3_000, now = () => Date.now(), onFetched } = options;
  const cached = new Map<string, X509Certificate>();
  const fetching = new Map<string, Promise<X509Certificate | undefined>>();
  /** File name → when, the oldest first. */
  const failed = new Map<string, number>();
  let recent: number[] = [];

  const fetchOne = async (file: string): Promise<X509Certificate | undefined> => {
    recent.push(now());
    try {
      const certificate = new X509Certificate(await boundedFetch(`${origin}/${file}`, { timeoutMs, maxBytes }));
      if (!isValid(certificate, now())) throw new Error(`The certificate ${file} is not valid at this time.`);
      if (cached.size >= maxCached) cached.delete(cached.keys().next().value ?? '');
      cached.set(file, certificate);
      onFetched?.();
      return certificate;
    } catch (error) {
      if (failed.size >= maxFailed) failed.delete(failed.keys().next().value ?? '');
      failed.set(file, now());
      onFetched?.(error);
      return undefined;
    } finally {
      fetching.delete(file);
    }
  };

  return async (file) => {
    const known = cached.get(file);
    if (known !== undefined && isValid(known, now())) return known;
    cached.delete(file);
    const under = fetching.get(file);
    if (under !== undefined) return under;
    if (now() - (failed.get(file) ?? Number.NEGATIVE_INFINITY) < failedForMs) return undefined;
    failed.delete(file);
    recent = recent.filter((at) => now() - at < 60_000);
    if (fetching.size >= maxFetching || recent.length >= fetchesPerMinute) return undefined;
    const fetched = fetchOne(file);
    fetching.set(file, fetched);
    return fetched;
  };
}

function isValid({ validFromDate, validToDate }: X509Certificate, at: number): boolean {
  return validFromDate.getTime() <= at && at <= validToDate.getTime();
}
