export { type Access, checkAccess } from './access.ts';
export { createKafka, type KafkaLogLine, type KafkaOptions } from './client.ts';
export type { KafkaConnection, KafkaSasl, KafkaTls } from './connection.ts';
export type { OAuthClient } from './oauthToken.ts';
export type { ValueCodec } from './keyExecution.ts';
export { CLAIM_KEY } from './partitionStore.ts';
export { createProcessor, type Processor } from './processor.ts';
export type { ProcessorOptions } from './processorOptions.ts';
export {
  createProducerQueue,
  type ProducerMessage,
  type ProducerQueue,
  type ProducerQueueOptions,
} from './producerQueue.ts';
export { createTopicConsumer, type TopicConsumer, type TopicConsumerOptions } from './topicConsumer.ts';
export { untilLed, withLeaders } from './withLeaders.ts';
