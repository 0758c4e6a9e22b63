import { PipelineError } from '@pipeline/streams';
import type { Receipt } from '../transports/transport.ts';

/** Why a body is refused: the code of the error in the log. The sender learns nothing of it. */
const refusals = {
  'sns-not-a-message':
    'The body is no message of SNS. Subscribe without raw message delivery: raw messages have no signature.',
  'sns-other-topic': 'The message is of another topic than SNS_TOPIC_ARN.',
  'sns-signature-version': 'The signature is not of version 2. Set SignatureVersion of the topic to 2.',
  'sns-certificate-address': 'The certificate that the message names does not lie at SNS in the region of the topic.',
  'sns-signature': 'The signature does not fit the message: it was changed, or SNS did not send it.',
} as const;

export type SnsRefusal = keyof typeof refusals;

export function refuse(why: SnsRefusal): Receipt {
  return { kind: 'refuse', reason: 'unauthorized', error: new PipelineError('permanent', why, refusals[why]) };
}
