import { X509Certificate } from 'node:crypto';
import { boundedFetch } from '../boundedFetch.ts';
import { createFetchBudget } from './fetchBudget.ts';

export interface CertificatesOptions {
  /** Where certificates lie, without a path; built from the region of our topic. */
  readonly origin: string;
  /** (Default: 3 s.) */
  readonly timeoutMs?: number;
  /** Milliseconds since the epoch. (Default: Date.now.) */
  readonly now?: () => number;
  readonly onFetched?: (error?: unknown) => void;
}

export interface Certificates {
  /**
   * File name → certificate, valid now; undefined: it cannot be had now. `trusted`: who names it has shown something
   * that strangers do not know, so it is asked for whatever they have made us ask for. Throws nothing.
   */
  find(file: string, trusted: boolean): Promise<X509Certificate | undefined>;
  /** It has proved a message: no other takes its place. */
  keep(file: string): void;
}

const maxCached = 8;
/** Shorter than SNS waits between its tries. */
const failedForMs = 5_000;
const maxFailed = 256;
const maxBytes = 32 * 1_024;

/** Anybody can make up names, so this is what bounds the asking. */
const ofAnybody = { atOnce: 4, inARow: 20, perMinute: 120 };
const ofTrusted = { atOnce: 2, inARow: 10, perMinute: 30 };

/**
 * Certificates by their file name, each fetched once and kept while it is valid; requests that wait share one fetch. A
 * name that failed is not asked for again for five seconds.
 */
export function createCertificates(options: CertificatesOptions): Certificates {
  const { origin, timeoutMs = 3_000, now = () => Date.now(), onFetched } = options;
  const cached = new Map<string, X509Certificate>();
  const fetching = new Map<string, Promise<X509Certificate | undefined>>();
  /** File name → when, the oldest first. */
  const failed = new Map<string, number>();
  const budgets = [createFetchBudget({ ...ofAnybody, now }), createFetchBudget({ ...ofTrusted, now })] as const;
  let kept: string | undefined;

  const store = (file: string, certificate: X509Certificate): void => {
    const oldest = [...cached.keys()].find((each) => each !== kept);
    if (cached.size >= maxCached && oldest !== undefined) cached.delete(oldest);
    cached.set(file, certificate);
  };

  const fetchOne = async (file: string): Promise<X509Certificate | undefined> => {
    try {
      const certificate = new X509Certificate(await boundedFetch(`${origin}/${file}`, { timeoutMs, maxBytes }));
      if (!isValid(certificate, now())) throw new Error(`The certificate ${file} is not valid at this time.`);
      store(file, certificate);
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

  return {
    async find(file, trusted) {
      const known = cached.get(file);
      if (known !== undefined && isValid(known, now())) return known;
      cached.delete(file);
      const under = fetching.get(file);
      if (under !== undefined) return under;
      if (now() - (failed.get(file) ?? Number.NEGATIVE_INFINITY) < failedForMs) return undefined;
      failed.delete(file);
      const [anybody, trustedOnes] = budgets;
      const budget = trusted ? trustedOnes : anybody;
      if (!budget.take()) return undefined;
      const fetched = fetchOne(file).finally(() => budget.release());
      fetching.set(file, fetched);
      return fetched;
    },
    keep(file) {
      kept = file;
    },
  };
}

function isValid({ validFromDate, validToDate }: X509Certificate, at: number): boolean {
  return validFromDate.getTime() <= at && at <= validToDate.getTime();
}
