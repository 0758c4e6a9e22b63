import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { obtainArtifacts } from '../artifacts.ts';
import { freePorts } from '../freePorts.ts';
import { type Guard, startGuarded } from '../guarded.ts';
import { formatStorage, java, javaEnvironment, kafkaArgs, logEnds } from '../javaPrograms.ts';
import { checkKafka, untilSucceeds } from '../ready.ts';
import { serverProperties } from '../serverProperties.ts';
import type { StartOptions } from '../types.ts';
import { type Certificate, createCertificate } from './certificates.ts';

/** A Kafka broker that lets in only whom it knows and grants nothing that is not granted: KRaft with StandardAuthorizer. */
export interface SecuredBroker {
  /** SASL_SSL with PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER. */
  readonly sasl: string;
  /** SSL, and the client has to show a certificate. */
  readonly mutual: string;
  readonly authority: Certificate;
  /** By user; every user signs in with PLAIN and both SCRAM mechanisms alike. `admin` may do anything. */
  readonly passwords: Readonly<Record<string, string>>;
  /** A token that the broker takes for this user's. */
  readonly tokenFor: (user: string, lifeSeconds: number) => string;
  /** What an error of a test needs. */
  readonly logFile: string;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 120_000;
const AUDIENCE = 'kafka';
const ISSUER = 'token-server';

/** Needs what the `maven` way needs. */
export async function startSecuredBroker(
  options: Pick<StartOptions, 'env' | 'log'>,
  users: readonly string[],
): Promise<SecuredBroker> {
  const artifacts = await obtainArtifacts(options);
  const directory = await mkdtemp(path.join(os.tmpdir(), 'secured-kafka-'));
  let guard: Guard | undefined;
  try {
    const [brokerPort, controllerPort, saslPort, mutualPort] = (await freePorts(4)) as [number, number, number, number];
    const passwords = Object.fromEntries(['admin', ...users].map((user) => [user, randomBytes(12).toString('hex')]));
    const authority = createCertificate({ commonName: 'authority' });
    const issuer = createTokenIssuer();
    const files = await writeFiles(directory, { authority, jwks: issuer.jwks });
    const addresses = { sasl: `127.0.0.1:${saslPort}`, mutual: `127.0.0.1:${mutualPort}` };
    const properties = path.join(directory, 'server.properties');
    const logDir = path.join(directory, 'kafka');
    await mkdir(logDir);
    const overrides = { ...listeners(brokerPort, controllerPort, addresses), ...security(files, passwords) };
    await writeFile(properties, serverProperties({ brokerPort, controllerPort, logDir, overrides }));
    await formatStorage(options, artifacts, properties, scramUsers(passwords));

    const logFile = path.join(directory, 'kafka.log');
    const args = kafkaArgs(options.env, artifacts, properties, [
      `org.apache.kafka.sasl.oauthbearer.allowed.urls=${files.jwks}`,
    ]);
    const program = { command: java(options.env), args, logFile };
    guard = startGuarded(
      { programs: [program], cleanUp: [], remove: [directory], graceMs: 10_000 },
      javaEnvironment(options.env),
    );
    const giveUp = AbortSignal.any([guard.ended, AbortSignal.timeout(READY_TIMEOUT_MS)]);
    const admin = { mechanism: 'scram-sha-512', username: 'admin', password: passwords['admin'] ?? '' } as const;
    const connection = { brokers: [addresses.sasl], ssl: { ca: authority.cert }, sasl: admin };
    await untilSucceeds(() => checkKafka(connection), giveUp).catch(async (cause: unknown) => {
      throw new Error(`${(cause as Error).message}\n${await logEnds({ kafka: logFile })}`, { cause });
    });
    return { ...addresses, authority, passwords, tokenFor: issuer.tokenFor, logFile, stop: guard.stop };
  } catch (error) {
    await guard?.stop();
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

interface Files {
  readonly keystore: string;
  readonly truststore: string;
  /** As a file: URL. */
  readonly jwks: string;
}

async function writeFiles(
  directory: string,
  { authority, jwks }: { authority: Certificate; jwks: object },
): Promise<Files> {
  const server = createCertificate({ commonName: 'broker', issuer: authority });
  const keystore = path.join(directory, 'keystore.pem');
  const truststore = path.join(directory, 'truststore.pem');
  const jwksFile = path.join(directory, 'jwks.json');
  await writeFile(keystore, `${server.key}${server.cert}`);
  await chmod(keystore, 0o600);
  await writeFile(truststore, authority.cert);
  await writeFile(jwksFile, JSON.stringify(jwks));
  return { keystore, truststore, jwks: pathToFileURL(jwksFile).href };
}

function listeners(
  brokerPort: number,
  controllerPort: number,
  { sasl, mutual }: { sasl: string; mutual: string },
): Record<string, string> {
  return {
    listeners: `INNER://127.0.0.1:${brokerPort},CONTROLLER://127.0.0.1:${controllerPort},SIGNED://${sasl},MUTUAL://${mutual}`,
    'advertised.listeners': `INNER://127.0.0.1:${brokerPort},SIGNED://${sasl},MUTUAL://${mutual}`,
    'listener.security.protocol.map': 'INNER:PLAINTEXT,CONTROLLER:PLAINTEXT,SIGNED:SASL_SSL,MUTUAL:SSL',
    'inter.broker.listener.name': 'INNER',
    'listener.name.mutual.ssl.client.auth': 'required',
    // The broker's own two listeners have no sign-in.
    'super.users': 'User:admin;User:ANONYMOUS',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  };
}

function security(files: Files, passwords: Readonly<Record<string, string>>): Record<string, string> {
  const login = (name: string, options = ''): string =>
    `org.apache.kafka.common.security.${name}LoginModule required${options};`;
  const users = Object.entries(passwords).map(([user, password]) => ` user_${user}="${password}"`);
  const oauth = 'listener.name.signed.oauthbearer';
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': files.keystore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': files.truststore,
    'listener.name.signed.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'listener.name.signed.plain.sasl.jaas.config': login('plain.Plain', users.join('')),
    'listener.name.signed.scram-sha-256.sasl.jaas.config': login('scram.Scram'),
    'listener.name.signed.scram-sha-512.sasl.jaas.config': login('scram.Scram'),
    [`${oauth}.sasl.jaas.config`]: login('oauthbearer.OAuthBearer'),
    [`${oauth}.sasl.server.callback.handler.class`]:
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler',
    [`${oauth}.sasl.oauthbearer.jwks.endpoint.url`]: files.jwks,
    [`${oauth}.sasl.oauthbearer.expected.audience`]: AUDIENCE,
    [`${oauth}.sasl.oauthbearer.expected.issuer`]: ISSUER,
    // A session ends with its token.
    [`${oauth}.connections.max.reauth.ms`]: '3600000',
  };
}

const scramUsers = (passwords: Readonly<Record<string, string>>): string[] =>
  Object.entries(passwords).flatMap(([user, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${user},password=${password}]`,
    ]),
  );

/** Signs JSON web tokens (RFC 7519) as an authorization server does. */
function createTokenIssuer(): { jwks: object; tokenFor: SecuredBroker['tokenFor'] } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('hex').slice(0, 8);
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    jwks: { keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] },
    tokenFor(user, lifeSeconds) {
      const now = Math.floor(Date.now() / 1_000);
      const claims = { sub: user, iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + lifeSeconds, scope: 'kafka' };
      const content = `${encode({ alg: 'RS256', kid, typ: 'JWT' })}.${encode(claims)}`;
      return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
    },
  };
}
