/** What a line does to one request. */
export interface Fault {
  /** Does the other side get the request, and do what it asks for? */
  readonly effect: boolean;
  /**
   * `reset`: no answer, the connection is reset. `cut`: half of the answer's body, then the connection ends. `stall`: half
   * of it, then nothing more. `silence`: not even a status. `redirect`: 307 to the same place. Else: this answer.
   */
  readonly then: 'reset' | 'cut' | 'stall' | 'silence' | 'redirect' | Answer;
}

/** An answer in the place of the other side's. Without `words` and `raw` its own body, under this status. */
export interface Answer {
  readonly status: number;
  /** In seconds. */
  readonly retryAfter?: number;
  /** What the vendor says, sent in the form of its errors. */
  readonly words?: string;
  /** Sent as it is. */
  readonly raw?: string;
}

/** Never to be found in an error. */
export const PAGE_SECRET = 'left-by-a-gateway@example.com';

const page = `<html><body><h1>Error</h1>${PAGE_SECRET}</body></html>`;
const before = (then: Fault['then']): Fault => ({ effect: false, then });
const after = (then: Fault['then']): Fault => ({ effect: true, then });

/**
 * After these nobody can tell whether a write happened, whatever did: a write has an unknown outcome, a read is
 * transient.
 */
export const uncertain: Readonly<Record<string, Fault>> = {
  'a connection reset before the request is read': before('reset'),
  'a connection reset after the effect': after('reset'),
  'an answer cut in its body': after('cut'),
  'a 500 before the effect': before({ status: 500, words: 'Internal error.' }),
  'a 500 after the effect': after({ status: 500, words: 'Internal error.' }),
  'a 502 page of a gateway': before({ status: 502, raw: page }),
  'a 504 page of a gateway after the effect': after({ status: 504, raw: page }),
  'a 503 that names no time': before({ status: 503, words: 'Over capacity.' }),
  'a 408': before({ status: 408, words: 'Too slow.' }),
  'a 404 page of a gateway': before({ status: 404, raw: page }),
  'a redirect': before('redirect'),
  'a 200 that is no JSON': after({ status: 200, raw: page }),
  'a 200 without a body': after({ status: 200, raw: '' }),
  'a 200 with null': after({ status: 200, raw: 'null' }),
  'a 200 with something else': after({ status: 200, raw: '{"unexpected":true}' }),
};

const waitSeconds = 7;

/** How long the answer asks to wait, in milliseconds. */
export const waitMs = ({ then }: Fault): number | undefined =>
  typeof then === 'object' && then.retryAfter !== undefined ? then.retryAfter * 1_000 : undefined;

/** The vendor certainly did nothing. */
export const throttling: Readonly<Record<string, Fault>> = {
  'a 429 that says when': before({ status: 429, words: 'Too many requests.', retryAfter: waitSeconds }),
  'a 429 that does not say when': before({ status: 429, words: 'Too many requests.' }),
};

export const unavailable: Fault = before({ status: 503, words: 'Over capacity.', retryAfter: waitSeconds });
export const unauthorized: Fault = before({ status: 401, words: 'Bad token.' });
export const forbidden: Fault = before({ status: 403, words: 'The permission ORDER_ANY is missing.' });
export const refusal = (status: number, words: string): Fault => before({ status, words });
/** Effect and answer as usual, under another status. */
export const answeredWith = (status: number): Fault => after({ status });

/** Waits that have no end of their own. */
export const endless: Readonly<Record<string, Fault>> = {
  'no answer at all': after('silence'),
  'half an answer and then nothing': after('stall'),
};
