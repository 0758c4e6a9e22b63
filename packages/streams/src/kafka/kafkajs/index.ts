/**
 * kafkajs as it is used here: version 2.2.4 with eight of its inner parts replaced, see ADR 16. This is the only place
 * that loads it; what loads it elsewhere first has it unchanged, which is slower and as correct.
 */
import { createRequire } from 'node:module';
import type kafkajsModule from 'kafkajs';
import type { ICustomPartitioner } from 'kafkajs';
import { type ClusterClass, rememberCoordinators } from './coordinators.ts';
import { type RequestQueueClass, silenceIdleTimer } from './idleTimer.ts';
import { groupByPartition } from './groupByPartition.ts';
import { type ConnectionClass, type ConnectionErrors, keepOneSocket } from './oneSocket.ts';
import { createPartitioner } from './partitioner.ts';
import { decodeRecord } from './recordDecoder.ts';
import { createProduceRequest, type ProduceRequest } from './produceRequest.ts';
import { createRequestEncoder, type EncoderClass } from './requestEncoder.ts';

const require = createRequire(import.meta.url);

const { version } = require('kafkajs/package.json') as { readonly version: string };
if (version === '2.2.4') {
  const encoder = require('kafkajs/src/protocol/encoder.js') as EncoderClass;
  const produce = 'kafkajs/src/protocol/requests/produce/v3/request.js';
  replace(produce, createProduceRequest(require(produce) as ProduceRequest, encoder));
  replace('kafkajs/src/protocol/request.js', createRequestEncoder(encoder));
  replace('kafkajs/src/protocol/recordBatch/record/v0/decoder.js', decodeRecord);
  replace('kafkajs/src/producer/groupMessagesPerPartition.js', groupByPartition);
  const partitioner = 'kafkajs/src/producer/partitioners/default/index.js';
  replace(partitioner, createPartitioner(require(partitioner) as ICustomPartitioner));
  rememberCoordinators(require('kafkajs/src/cluster/index.js') as ClusterClass);
  silenceIdleTimer(require('kafkajs/src/network/requestQueue/index.js') as RequestQueueClass);
  const { KafkaJSConnectionClosedError: Closed } = require('kafkajs/src/errors.js') as ConnectionErrors;
  const connection = require('kafkajs/src/network/connection.js') as ConnectionClass;
  keepOneSocket(connection, () => new Closed('Closed connection'));
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
