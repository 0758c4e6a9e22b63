import { isPipelineError, PipelineError } from '@pipeline/streams';

/** The same error; where commercetools answered 403 it names the scope that the API client needs. */
export function namingScope(error: unknown, scope: string): unknown {
  if (!isPipelineError(error) || error.httpStatus !== 403) return error;
  const text = `${error.message} It needs the scope ${scope}; with CTP_SCOPE set, list it there, too.`;
  return new PipelineError('auth', 'scope-missing', text, { cause: error, stage: 'call', httpStatus: 403 });
}
