import { boundedFetch } from '../boundedFetch.ts';
import { createCertificates } from '../sns/certificates.ts';
import { checkSignature } from '../sns/signature.ts';
import { toSnsMessage } from '../sns/snsMessage.ts';
import { parseTopicArn } from '../sns/topicArn.ts';
import { deliver, type PushTransport, type Receipt, type TransportObserver } from './transport.ts';

export interface SnsOptions {
  readonly topicArn: string;
  /** Asked instead of the host of SNS in the topic's region, for tests. Payloads must name that host all the same. */
  readonly endpoint?: string | undefined;
  readonly observer?: TransportObserver;
}

const unauthorized: Receipt = { kind: 'refuse', reason: 'unauthorized' };
const confirmTimeoutMs = 4_000;

/**
 * A subscription of an SNS topic over HTTP, without raw message delivery: that has no signature. Every message is
 * signed, so the body proves who sent it. A signature never gets too old: SNS repeats for days, and duplicates do no
 * harm behind the landing. A confirmation is given for our topic only, at a URL made of region, ARN and token.
 * @throws RangeError when the ARN is none.
 */
export function createSnsTransport({ topicArn, endpoint, observer }: SnsOptions): PushTransport {
  const topic = parseTopicArn(topicArn);
  const origin = endpoint ?? `https://${topic.host}`;
  const certificates = createCertificates({
    origin,
    onFetched: (error) => observer?.keysFetched?.('sns', error),
  });

  const confirm = async (token: string): Promise<Receipt> => {
    const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: topic.arn, Token: token });
    try {
      await boundedFetch(`${origin}/?${query.toString()}`, { timeoutMs: confirmTimeoutMs, maxBytes: 64 * 1_024 });
      return { kind: 'control', control: 'subscription-confirmation' };
    } catch {
      return { kind: 'refuse', reason: 'confirmation-failed' };
    }
  };

  return {
    // Whoever names another topic, or sends raw, is not heard to the end. The header itself proves nothing.
    admit: ({ headers }) => {
      const named = headers['x-amz-sns-topic-arn'];
      const isOurs = named === undefined || named === topic.arn;
      return isOurs && headers['x-amz-sns-rawdelivery'] === undefined ? 'by-body' : 'unauthorized';
    },
    async receive(_request, body) {
      const message = toSnsMessage(body);
      if (message === undefined || message.TopicArn !== topic.arn) return unauthorized;
      const verdict = await checkSignature(message, { host: topic.host, certificates });
      if (verdict === 'unknown') return { kind: 'refuse', reason: 'keys-unavailable' };
      if (verdict === 'forged') return unauthorized;
      if (message.Type === 'SubscriptionConfirmation') return confirm(message.Token ?? '');
      if (message.Type === 'UnsubscribeConfirmation') return { kind: 'control', control: 'unsubscribe-confirmation' };
      return deliver;
    },
  };
}
