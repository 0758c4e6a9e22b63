import { inspect } from 'node:util';
import { isPipelineError, type PipelineError } from '@pipeline/streams';
import { expect } from 'vitest';
import { PAGE_SECRET } from './line/faults.ts';

/**
 * What a call rejects with. Fails the test when it resolves, rejects with anything but a PipelineError, or when the
 * error shows one of `secrets`, be it in a cause.
 */
export async function failureOf(call: () => Promise<unknown>, secrets: readonly string[] = []): Promise<PipelineError> {
  const outcome = await call().then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
  if ('value' in outcome) return expect.fail(`It resolved with ${inspect(outcome.value)}.`);
  const { thrown } = outcome;
  if (!isPipelineError(thrown)) return expect.fail(`It rejected with no PipelineError: ${inspect(thrown)}`);
  expect([thrown.code, thrown.message, thrown.stage]).not.toContain('');
  const shown = inspect(thrown, { depth: 8 });
  for (const secret of [...secrets, PAGE_SECRET])
    if (shown.includes(secret))
      expect.fail(`The error shows what must stay secret (${secret.slice(0, 4)}…): ${thrown.code}`);
  return thrown;
}
