/** What reads bytes of strangers. */
export interface Decoder {
  readonly name: string;
  /** Throws a Violation when what came out breaks the decoder's contract. */
  readonly run: (bytes: Buffer) => void;
  /** What it may throw. */
  readonly mayThrow: (error: unknown) => boolean;
}

export class Violation extends Error {
  override readonly name = 'Violation';
}

export function must(holds: boolean, what: string): void {
  if (!holds) throw new Violation(what);
}

/** Thrown by a decoder that has found nothing to read: it counts as refused. */
export const nothingThere = new Error('nothing there');
export const isNothingThere = (error: unknown): boolean => error === nothingThere;
