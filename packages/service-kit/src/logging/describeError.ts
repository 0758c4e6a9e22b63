import { scrub } from './scrub.ts';

/** How an error looks in a log line. */
export interface DescribedError {
  /** Of a PipelineError; else the error's name. */
  readonly errorClass: string;
  /** Stable, for machines; `unexpected` when the error has none. */
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
}

/** Anything thrown → what a log may show of it. Its other properties (requests, headers, bodies) are left out. */
export function describeError(error: unknown, withStack: boolean): DescribedError {
  if (!(error instanceof Error))
    return { errorClass: 'unknown', code: 'unexpected', message: `a ${typeof error} was thrown` };
  const described = {
    errorClass: scrub(textOf(error, 'errorClass') ?? error.name),
    code: scrub(textOf(error, 'code') ?? 'unexpected'),
    message: scrub(error.message),
  };
  return withStack ? { ...described, stack: framesOf(error) } : described;
}

function textOf(error: Error, property: string): string | undefined {
  const value: unknown = (error as unknown as Record<string, unknown>)[property];
  return typeof value === 'string' ? value : undefined;
}

/** Without the first lines, which repeat the message. */
function framesOf(error: Error): string {
  const lines = (error.stack ?? '').split('\n');
  return lines.filter((line) => /^\s+at /.test(line)).join('\n');
}
