import type { Fault } from './faults.ts';

/** What a request is to the adapter's caller: a search that is a POST is a read. */
export type RequestKind = 'sign-in' | 'read' | 'write';

export interface LineRequest {
  readonly kind: RequestKind;
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly body: string;
}

/** Which requests a fault strikes. */
export interface Strike {
  readonly on: RequestKind;
  readonly fault: Fault;
  /** The first one, counted from now: 1 is the next. (Default: 1) */
  readonly nth?: number;
  /** How many, from there on. (Default: 1) */
  readonly times?: number;
}

/** The connection between an adapter and its other side: notes what goes over it, and fails as it is told. */
export interface Line extends AsyncDisposable {
  readonly url: string;
  /** Since the start or the last `forget`. */
  readonly requests: readonly LineRequest[];
  count(kind: RequestKind): number;
  /** Empties `requests`. */
  forget(): void;
  /** Resolves when the fault has struck once, and what was to be sent of an answer is sent. */
  fail(strike: Strike): { readonly struck: Promise<void> };
  /** Runs before the next request of this kind is passed on. */
  before(kind: RequestKind, step: () => Promise<unknown>): void;
  /** From now on nobody listens: connections are refused. */
  down(): Promise<void>;
}
