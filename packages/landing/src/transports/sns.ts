import type { IncomingHttpHeaders } from 'node:http';
import { boundedFetch } from '../boundedFetch.ts';
import { refuse } from '../refusal.ts';
import { createCertificates } from '../sns/certificates.ts';
import { checkSignature } from '../sns/signature.ts';
import { toSnsMessage } from '../sns/snsMessage.ts';
import { parseTopicArn } from '../sns/topicArn.ts';
import type { PushTransport, Receipt, TransportObserver } from './transport.ts';

export interface SnsOptions {
  readonly topicArn: string;
  /** Asked instead of the host of SNS in the topic's region, for tests. Payloads must name that host all the same. */
  readonly endpoint?: string | undefined;
  readonly observer?: TransportObserver;
}

const confirmTimeoutMs = 4_000;

/** SNS takes 256 KiB; escaping in a JSON text makes two bytes of one at most, as JSON has no other control characters. */
const bodyLimit = (2 * 256 + 64) * 1_024;

/**
 * A subscription of an SNS topic over HTTP, without raw message delivery: that has no signature. Every message is
 * signed, so the body proves who sent it, and what lands is the text that was signed: whoever has a genuine message can
 * add other members to it. A signature never gets too old: SNS repeats for days, and duplicates do no harm behind the
 * landing. A confirmation is given for our topic only, at a URL made of region, ARN and token.
 * @throws RangeError when the ARN is none.
 */
export function createSnsTransport({ topicArn, endpoint, observer }: SnsOptions): PushTransport {
  const topic = parseTopicArn(topicArn);
  const origin = endpoint ?? `https://${topic.host}`;
  const certificates = createCertificates({
    origin,
    onFetched: (error) => observer?.keysFetched?.('sns', error),
  });

  /**
   * Its ARN ends in a UUID, which SNS sends in a header of every notification and a stranger does not know. It proves
   * nothing, but strangers who send slow bodies, or names of certificates that they have made up, keep nobody out who
   * names it.
   */
  let subscription: string | undefined;
  const isTrusted = ({ 'x-amz-sns-subscription-arn': given }: IncomingHttpHeaders): boolean =>
    given !== undefined && given === subscription;

  const confirm = async (token: string): Promise<Receipt> => {
    const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: topic.arn, Token: token });
    try {
      await boundedFetch(`${origin}/?${query.toString()}`, { timeoutMs: confirmTimeoutMs, maxBytes: 64 * 1_024 });
      return { kind: 'control', control: 'subscription-confirmation' };
    } catch (error) {
      return { kind: 'refuse', reason: 'confirmation-failed', error };
    }
  };

  return {
    bodyLimit,
    // SNS always names the topic. The header proves nothing, but nobody else is heard to the end.
    admit: ({ headers }) => {
      if (headers['x-amz-sns-topic-arn'] !== topic.arn) return refuse('sns-topic-header');
      if (headers['x-amz-sns-rawdelivery'] !== undefined) return refuse('sns-raw-delivery');
      return isTrusted(headers) ? 'admitted' : 'by-body';
    },
    async receive({ headers }, body) {
      const message = toSnsMessage(body);
      if (message === undefined) return refuse('sns-not-a-message');
      if (message.TopicArn !== topic.arn) return refuse('sns-other-topic');
      const trusted = isTrusted(headers);
      const verdict = await checkSignature(message, { host: topic.host, certificates, trusted });
      if (verdict === 'unknown') return { kind: 'refuse', reason: 'keys-unavailable' };
      if (verdict !== 'genuine') return refuse(verdict);
      const given = String(headers['x-amz-sns-subscription-arn'] ?? '');
      // What is not confirmed yet may have a name that anybody can guess.
      if (message.Type === 'Notification' && given.startsWith(`${topic.arn}:`)) subscription = given;
      if (message.Type === 'SubscriptionConfirmation') return confirm(message.Token ?? '');
      if (message.Type === 'UnsubscribeConfirmation') return { kind: 'control', control: 'unsubscribe-confirmation' };
      return { kind: 'deliver', body: Buffer.from(message.Message, 'utf8') };
    },
  };
}
