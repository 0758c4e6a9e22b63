import { verify } from 'node:crypto';
import type { Certificates } from './certificates.ts';
import type { RefusalCode } from '../refusal.ts';
import { type SnsMessage, toSignedText } from './snsMessage.ts';

/** `https://sns.<region>.amazonaws.com/<file>` of a payload → the file, when host and form are right; else undefined. */
export function certificateFile(signingCertUrl: string, host: string): string | undefined {
  if (!URL.canParse(signingCertUrl)) return undefined;
  const { protocol, host: given, username, password, search, hash, pathname } = new URL(signingCertUrl);
  if (protocol !== 'https:' || given !== host || username || password || search || hash) return undefined;
  return /^\/([A-Za-z0-9-]{1,128}\.pem)$/.exec(pathname)?.[1];
}

/**
 * Is the message signed with SHA-256 by a certificate from this host? Version 1 is SHA-1 and counts as none: see
 * docs/guides/push.md for how a topic is set to version 2. `unknown`: the certificate cannot be had now.
 */
export async function checkSignature(
  message: SnsMessage,
  { host, certificates }: { readonly host: string; readonly certificates: Certificates },
): Promise<'genuine' | 'unknown' | RefusalCode> {
  if (message.SignatureVersion !== '2') return 'sns-signature-version';
  const file = certificateFile(message.SigningCertURL, host);
  if (file === undefined) return 'sns-certificate-address';
  const certificate = await certificates(file);
  if (certificate === undefined) return 'unknown';
  const { publicKey } = certificate;
  if (publicKey.asymmetricKeyType !== 'rsa') return 'sns-signature';
  const signature = Buffer.from(message.Signature, 'base64');
  const signed = Buffer.from(toSignedText(message), 'utf8');
  return verify('RSA-SHA256', signed, publicKey, signature) ? 'genuine' : 'sns-signature';
}
