import type { FulfillmenttoolsClient } from '@pipeline/provider-fulfillmenttools';
import { type HandlerContext, PipelineError, type RateLimiter } from '@pipeline/streams';

export interface InTurnOptions {
  readonly turns: Pick<RateLimiter, 'run'>;
  readonly context: Pick<HandlerContext, 'read' | 'signal'>;
  /** Aborts when the process begins to stop: then nobody waits on. */
  readonly stopping: AbortSignal;
}

/**
 * The client for one message that a catch-up has landed. Each call waits for its turn before it takes one of the places in
 * flight, so that the calls for live messages do not wait with it.
 */
export const inTurn = (
  client: Pick<FulfillmenttoolsClient, 'call'>,
  { turns, context, stopping }: InTurnOptions,
): Pick<FulfillmenttoolsClient, 'call'> => ({
  call: (request) =>
    turns.run(
      () => {
        if (stopping.aborted) throw notStarted();
        return context.read({ name: `catchUp ${collectionOf(request.path)}`, part: request.path }, (signal) =>
          client.call({ ...request, signal }),
        );
      },
      AbortSignal.any([context.signal, stopping]),
    ),
});

/** `/api/processes/1` → processes */
const collectionOf = (path: string): string => path.split('/', 3)[2] ?? path;

const notStarted = (): PipelineError =>
  new PipelineError('transient', 'draining', 'fulfillmenttools was not asked: the service is stopping.', {
    notSent: true,
    stage: 'call',
  });
