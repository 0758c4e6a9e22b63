/**
 * kafkajs as it is used here: version 2.2.4 with five of its inner parts replaced, see ADR 16. This is the only place
 * that loads it; what loads it elsewhere first has it unchanged, which is slower and as correct.
 */
import { createRequire } from 'node:module';
import type kafkajsModule from 'kafkajs';
import { type ClusterClass, rememberCoordinators } from './coordinators.ts';
import { crc32c } from './crc32c.ts';
import { type RequestQueueClass, silenceIdleTimer } from './idleTimer.ts';
import { decodeRecord } from './recordDecoder.ts';
import { createRecordEncoder, type EncoderClass } from './recordEncoder.ts';

const require = createRequire(import.meta.url);

const { version } = require('kafkajs/package.json') as { readonly version: string };
if (version === '2.2.4') {
  const encoder = require('kafkajs/src/protocol/encoder.js') as EncoderClass;
  replace('kafkajs/src/protocol/recordBatch/record/v0/index.js', createRecordEncoder(encoder));
  replace('kafkajs/src/protocol/recordBatch/record/v0/decoder.js', decodeRecord);
  replace('kafkajs/src/protocol/recordBatch/crc32C/index.js', crc32c);
  rememberCoordinators(require('kafkajs/src/cluster/index.js') as ClusterClass);
  silenceIdleTimer(require('kafkajs/src/network/requestQueue/index.js') as RequestQueueClass);
}

/** Before anybody has loaded the module: its users keep what they found. */
function replace(id: string, exported: unknown): void {
  const path = require.resolve(id);
  require(path);
  const loaded = require.cache[path];
  if (loaded) loaded.exports = exported;
}

const kafkajs = require('kafkajs') as typeof kafkajsModule;

export const {
  AssignerProtocol,
  ConfigResourceTypes,
  Kafka,
  KafkaJSConnectionError,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSProtocolError,
  logLevel,
  Partitioners,
} = kafkajs;
