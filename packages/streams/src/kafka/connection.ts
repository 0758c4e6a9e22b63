import type { KafkaConfig } from 'kafkajs';
import { toPipelineError } from '../errors.ts';
import { KafkaJSConnectionError, KafkaJSNonRetriableError } from './kafkajs/index.ts';
import { type BearerToken, createOAuthTokenProvider, type OAuthClient } from './oauthToken.ts';

/** Where the brokers are, and how they get to know us. Plain values: made of settings in one place, used by every client. */
export interface KafkaConnection {
  /** host:port */
  readonly brokers: readonly string[];
  /** (Default: no TLS) */
  readonly ssl?: KafkaTls | undefined;
  /** (Default: no sign-in) */
  readonly sasl?: KafkaSasl | undefined;
}

/** All PEM. The server's certificate and name are always verified. */
export interface KafkaTls {
  /** (Default: those of Node) */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
}

export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | ({ readonly mechanism: 'oauthbearer' } & OAuthClient);

/** The connection as kafkajs has it. Makes a token source of its own for OAUTHBEARER; asks nobody. */
export function toKafkaConfig({ brokers, ssl, sasl }: KafkaConnection): Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'> {
  return {
    brokers: [...brokers],
    ...(ssl ? { ssl: { ...ssl } } : {}),
    ...(sasl ? { sasl: toSaslOptions(sasl) } : {}),
  };
}

function toSaslOptions(sasl: KafkaSasl): NonNullable<KafkaConfig['sasl']> {
  if (sasl.mechanism === 'oauthbearer') {
    return { mechanism: 'oauthbearer', oauthBearerProvider: inKafkaTerms(createOAuthTokenProvider(sasl)) };
  }
  const { mechanism, username, password } = sasl;
  // kafkajs' type is a union by mechanism, this is the same by its members.
  return { mechanism, username, password } as NonNullable<KafkaConfig['sasl']>;
}

/**
 * kafkajs asks for the token in the midst of a sign-in, and the broker refuses to begin another on that connection. So a
 * token that is not to be had now must look like a connection that broke: then kafkajs tries again on a new one, and no
 * consumer ends by it. A refusal is as a wrong password.
 */
function inKafkaTerms(provide: () => Promise<BearerToken>): () => Promise<BearerToken> {
  return async () => {
    try {
      return await provide();
    } catch (error) {
      const { errorClass, message } = toPipelineError(error);
      throw errorClass === 'transient' ? new KafkaJSConnectionError(message) : new KafkaJSNonRetriableError(message);
    }
  };
}
