import { verify } from 'node:crypto';
import type { Certificates } from './certificates.ts';
import type { RefusalCode } from '../refusal.ts';
import { type SnsMessage, toSignedText } from './snsMessage.ts';

/**
 * `https://sns.<region>.amazonaws.com/<file>` of a payload → the file, when host and form are right; else undefined.
 * Every certificate of SNS has such a name, as in the examples of its developer guide.
 */
export function certificateFile(signingCertUrl: string, host: string): string | undefined {
  if (!URL.canParse(signingCertUrl)) return undefined;
  const { protocol, host: given, username, password, search, hash, pathname } = new URL(signingCertUrl);
  if (protocol !== 'https:' || given !== host || username || password || search || hash) return undefined;
  return /^\/(SimpleNotificationService-[0-9a-f]{32}\.pem)$/.exec(pathname)?.[1];
}

export interface SignatureCheckOptions {
  readonly host: string;
  readonly certificates: Certificates;
  /** As of `Certificates.find`. */
  readonly trusted: boolean;
}

/**
 * Is the message signed with SHA-256 by a certificate from this host? Version 1 is SHA-1 and counts as none: see
 * docs/guides/push.md for how a topic is set to version 2. `unknown`: the certificate cannot be had now.
 */
export async function checkSignature(
  message: SnsMessage,
  { host, certificates, trusted }: SignatureCheckOptions,
): Promise<'genuine' | 'unknown' | RefusalCode> {
  if (message.SignatureVersion !== '2') return 'sns-signature-version';
  const file = certificateFile(message.SigningCertURL, host);
  if (file === undefined) return 'sns-certificate-address';
  const certificate = await certificates.find(file, trusted);
  if (certificate === undefined) return 'unknown';
  const { publicKey } = certificate;
  if (publicKey.asymmetricKeyType !== 'rsa') return 'sns-signature';
  const signature = Buffer.from(message.Signature, 'base64');
  const signed = Buffer.from(toSignedText(message), 'utf8');
  if (!verify('RSA-SHA256', signed, publicKey, signature)) return 'sns-signature';
  certificates.keep(file);
  return 'genuine';
}
