import { nestsDeeperThan } from '@pipeline/streams';

/** A message of SNS to an HTTP endpoint: what its signature covers, and how. Nothing else of a body is proven. */
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

const always = ['MessageId', 'TopicArn', 'Timestamp', 'SignatureVersion', 'Signature', 'SigningCertURL'];

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
  if (needed === undefined || typeof value['Message'] !== 'string') return undefined;
  if (!needed.every((name) => isLine(value[name]))) return undefined;
  // null is how some senders write "none".
  if (!isLine(value['Subject'] ?? '')) return undefined;
  return value as unknown as SnsMessage;
}

/** What is signed is lines: with a line break in any but the message, one signature would fit several messages. */
function isLine(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('\n');
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
