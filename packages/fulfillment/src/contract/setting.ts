import { issuePermit } from '@pipeline/streams';
import type { Line } from './line/line.ts';

/** What every subject of a contract has. */
export interface Setting extends AsyncDisposable {
  /** All that the adapter sends goes over it. */
  readonly line: Line;
  /** Credentials, tokens and personal data that must not be in any error. */
  readonly secrets: readonly string[];
}

/** How an adapter is to be connected. */
export interface SubjectOptions {
  /** wrong: refused at the sign-in. (Default: good) */
  readonly credentials?: 'good' | 'wrong';
  /** Most connections to the other side. (Default: as the adapter has it) */
  readonly connections?: number;
}

/** A call of a method that is ready to be made: what it is about exists, the adapter has signed in. */
export interface Arranged<Answer, Argument> {
  call(argument: Argument): Promise<Answer>;
}

/** A write that is ready to be made. */
export interface ArrangedWrite extends Arranged<unknown, ReturnType<typeof issuePermit>> {
  /** How often it has happened, as the other side knows. */
  effects(): Promise<number>;
}

/** Never aborts. */
export const patient = new AbortController().signal;

export const permit = (signal: AbortSignal = patient, stillHolds?: () => boolean) =>
  issuePermit('contract', signal, stillHolds);

/** A permit whose signal has not aborted, but that does not hold any more. */
export const withdrawn = () => permit(new AbortController().signal, () => false);

/** How a deadline that has passed looks. */
export const timeout = () => new DOMException('The deadline has passed.', 'TimeoutError');
