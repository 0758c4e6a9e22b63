import { controlPrefix } from '@pipeline/simulator-control';
import { type Envelope, toSnsConfirmation } from './envelope.ts';
import type { Pusher } from './push.ts';
import type { PushTarget } from './target.ts';

interface Confirmation {
  readonly target: PushTarget;
  readonly envelope: Envelope;
  readonly origin: string;
  readonly pusher: Pusher;
  readonly now: () => number;
}

const eventGrid = 'eventgrid.azure.net';

/**
 * Asks the endpoint whether it wants notifications, in the way of its transport: SNS sends a URL to call, Event Grid
 * asks for an OPTIONS answer that allows its origin. Others ask nothing. Sets `target.confirmed`.
 */
export async function confirm({ target, envelope, origin, pusher, now }: Confirmation): Promise<void> {
  const { url, headers } = target;
  if (envelope === 'sns') {
    const subscribeUrl = `${origin}${controlPrefix}/sns-confirmation?token=${target.id}`;
    const { body, headers: own } = toSnsConfirmation(subscribeUrl, new Date(now()).toISOString());
    await pusher.probe('POST', { url, body, headers: { ...own, ...headers } });
  } else if (envelope.startsWith('eventgrid')) {
    const asking = { ...headers, 'webhook-request-origin': eventGrid };
    const answer = await pusher.probe('OPTIONS', { url, body: '', headers: asking });
    const allowed = String(answer?.headers['webhook-allowed-origin'] ?? '');
    target.confirmed = answer !== null && answer.status < 300 && ['*', eventGrid].includes(allowed);
  } else target.confirmed = true;
}
