import { PipelineError } from '@pipeline/streams';

/** `/collection/id` plus what follows. @throws PipelineError `permanent` for an id that no path can hold. */
export function toPath(collection: `/${string}`, id: string, rest = ''): `/${string}` {
  const stepsUp = id === '.' || id === '..';
  if (id !== '' && !stepsUp) return `${collection}/${encodeURIComponent(id.toWellFormed())}${rest}`;
  throw new PipelineError(
    'permanent',
    'provider-id-invalid',
    `An id of fulfillmenttools for ${collection} is empty or not an id.`,
    {
      stage: 'call',
      notSent: true,
    },
  );
}

/** undefined instead of the error of class `gone`. */
export async function unlessGone<Result>(result: Promise<Result>): Promise<Result | undefined> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof PipelineError && error.errorClass === 'gone') return undefined;
    throw error;
  }
}
