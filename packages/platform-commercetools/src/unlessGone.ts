import { isPipelineError } from '@pipeline/streams';

/** What a call resolves with; undefined when commercetools answers that there is no such thing. */
export async function unlessGone<Result>(result: Promise<Result>): Promise<Result | undefined> {
  try {
    return await result;
  } catch (error) {
    if (isPipelineError(error) && error.errorClass === 'gone') return undefined;
    throw error;
  }
}
