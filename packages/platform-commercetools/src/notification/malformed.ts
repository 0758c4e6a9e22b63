import { PipelineError } from '@pipeline/streams';

/** For a push that nobody can make anything of; `why` goes on after "The push". */
export function malformed(why: string): PipelineError {
  const text = `The push ${why}. See the original bytes in the dead letter; check what else posts to this endpoint.`;
  return new PipelineError('permanent', 'malformed-notification', text, { stage: 'deserialize' });
}
