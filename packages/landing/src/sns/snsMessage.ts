import { nestsDeeperThan } from '../jsonDepth.ts';

/** A message of SNS to an HTTP endpoint, with the members that its signature covers. */
export interface SnsMessage {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly Subject?: string;
  readonly SubscribeURL?: string;
  readonly Token?: string;
  readonly SignatureVersion: string;
  readonly Signature: string;
  readonly SigningCertURL: string;
}

const always = ['MessageId', 'TopicArn', 'Message', 'Timestamp', 'SignatureVersion', 'Signature', 'SigningCertURL'];

/** Message attributes are the deepest: an object in an object in the message. */
const deepest = 8;

/** undefined: it is none. Anybody may have sent it. */
export function toSnsMessage(body: Buffer): SnsMessage | undefined {
  if (nestsDeeperThan(body, deepest)) return undefined;
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const needed = needs(value['Type']);
  if (needed === undefined || !needed.every((name) => typeof value[name] === 'string')) return undefined;
  // null is how some senders write "none".
  if (typeof (value['Subject'] ?? '') !== 'string') return undefined;
  return value as unknown as SnsMessage;
}

function needs(type: unknown): readonly string[] | undefined {
  if (type === 'Notification') return always;
  if (type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation')
    return [...always, 'Token', 'SubscribeURL'];
  return undefined;
}

/**
 * What the signature is over: of each of these members, in this order, a line with its name and a line with its value.
 * See "Verifying the signatures of Amazon SNS messages" in the Amazon SNS developer guide.
 */
export function toSignedText(message: SnsMessage): string {
  const names: readonly (keyof SnsMessage)[] =
    message.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  return names.flatMap((name) => (typeof message[name] === 'string' ? [`${name}\n${message[name]}\n`] : [])).join('');
}
