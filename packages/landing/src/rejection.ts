/** Why a delivery was not landed; a label of a metric. */
export type RejectionReason = keyof typeof answers;

/** What the sender is told: nothing of the error. Who repeats after which answer is in docs/guides/push.md. */
const answers = {
  unauthorized: [401, 'unauthorized'],
  'keys-unavailable': [503, 'try again'],
  'confirmation-failed': [503, 'try again'],
  'too-large': [413, 'body too large'],
  // Mended by us, and the next repeat lands; after 413 some senders never come again.
  'topic-too-small': [503, 'try again'],
  'unsupported-encoding': [415, 'content encoding not supported'],
  'malformed-request': [400, 'malformed request'],
  overloaded: [503, 'try again'],
  'publish-failed': [503, 'try again'],
  'publish-timeout': [503, 'try again'],
} as const satisfies Record<string, readonly [number, string]>;

export interface Rejection {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: string };
}

export function toRejection(reason: RejectionReason): Rejection {
  const [status, error] = answers[reason];
  // Where the body was not read, or is not wanted, the rest of it is not waited for.
  const unread = status !== 503 || reason === 'overloaded' || reason === 'keys-unavailable';
  return {
    status,
    headers: { ...(status === 503 && { 'retry-after': '1' }), ...(unread && { connection: 'close' }) },
    body: { error },
  };
}
