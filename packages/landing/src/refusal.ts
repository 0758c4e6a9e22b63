import { PipelineError } from '@pipeline/streams';

/** Why a sender is not believed: the code of the error in the log. He learns nothing of it. */
const refusals = {
  'secret-missing': 'The request carries no secret: neither the header nor the query parameter is there, once.',
  'secret-wrong': 'The request carries another secret than the configured ones.',
  'oidc-missing': 'The request carries no bearer token. Switch authentication of the push subscription on.',
  'oidc-malformed': 'The bearer token is no signed token.',
  'oidc-algorithm': 'The token is not signed with RS256.',
  'oidc-key-unknown': 'The token is signed with a key that PUSH_OIDC_KEYS_URL does not list.',
  'oidc-signature': 'The signature of the token does not fit it.',
  'oidc-issuer': 'The issuer of the token is not Google.',
  'oidc-audience': 'The audience of the token is not PUSH_OIDC_AUDIENCE.',
  'oidc-time': 'The token has expired or is not valid yet. Compare the clocks.',
  'oidc-service-account': 'The token is not of PUSH_OIDC_SERVICE_ACCOUNT, or its address is not verified.',
  'oidc-claims': 'A claim of the token is missing or is not what Google writes.',
  'sns-topic-header': 'The header x-amz-sns-topic-arn does not name SNS_TOPIC_ARN.',
  'sns-raw-delivery': 'Raw message delivery is on, and raw messages have no signature: subscribe without it.',
  'sns-not-a-message':
    'The body is no message of SNS. Subscribe without raw message delivery: raw messages have no signature.',
  'sns-other-topic': 'The message is of another topic than SNS_TOPIC_ARN.',
  'sns-signature-version': 'The signature is not of version 2. Set SignatureVersion of the topic to 2.',
  'sns-certificate-address': 'The certificate that the message names does not lie at SNS in the region of the topic.',
  'sns-signature': 'The signature does not fit the message: it was changed, or SNS did not send it.',
} as const;

export type RefusalCode = keyof typeof refusals;

export interface Refusal {
  readonly kind: 'refuse';
  /** `keys-unavailable`: whether the sender is who it says cannot be told now; it should repeat. */
  readonly reason: 'unauthorized' | 'keys-unavailable' | 'confirmation-failed';
  /** Why, for the log. */
  readonly error?: unknown;
}

/** Made once: anybody can knock, and each error collects a stack. */
const made = new Map(
  Object.entries(refusals).map(([code, text]): [string, Refusal] => [
    code,
    { kind: 'refuse', reason: 'unauthorized', error: new PipelineError('permanent', code, text) },
  ]),
);

export const refuse = (why: RefusalCode): Refusal => made.get(why) as Refusal;
