import { certificateFile, type SnsMessage, toSignedText, toSnsMessage, validationCode } from '../landingParts.ts';
import { type Decoder, isNothingThere, must, nothingThere } from './decoder.ts';

const host = 'sns.eu-central-1.amazonaws.com';
const longestCode = 512;

/** Of the signed members, those that are signed for a type and stand in the message, but for the message itself. */
const signedBeside = (message: SnsMessage): number => {
  const { Subject, SubscribeURL, Token, Type } = message;
  const others = Type === 'Notification' ? [Subject] : [SubscribeURL, Token];
  // MessageId, Timestamp, TopicArn and Type are always there.
  return 4 + others.filter((value) => typeof value === 'string').length;
};

const linesIn = (text: string): number => text.split('\n').length - 1;

/** What the transports themselves read before anybody is believed. */
export const transportDecoders: readonly Decoder[] = [
  {
    name: 'landing: toSnsMessage, toSignedText, certificateFile',
    mayThrow: isNothingThere,
    run(bytes) {
      const message = toSnsMessage(bytes);
      if (message === undefined) throw nothingThere;
      const text = toSignedText(message);
      const { Message, MessageId, SigningCertURL, Type } = message;
      must(text.startsWith(`Message\n${Message}\nMessageId\n${MessageId}\n`), 'a text that begins otherwise');
      must(text.endsWith(`\nType\n${Type}\n`), 'a text that ends otherwise');
      // Only so one text is the text of one message.
      const lines = 2 + linesIn(Message) + 2 * signedBeside(message);
      must(linesIn(text) === lines, 'a line that no member has');
      const file = certificateFile(SigningCertURL, host);
      must(file === undefined || SigningCertURL.includes(host), 'a certificate from elsewhere');
    },
  },
  {
    name: 'landing: validationCode',
    mayThrow: isNothingThere,
    run(bytes) {
      const code = validationCode(bytes);
      if (code === undefined) throw nothingThere;
      must(typeof code === 'string' && code.length <= longestCode, 'a code that is no short text');
    },
  },
];
