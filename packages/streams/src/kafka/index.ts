export { createKafka, type KafkaLogLine, type KafkaOptions } from './client.ts';
export type { ValueCodec } from './keyExecution.ts';
export { CLAIM_KEY } from './partitionStore.ts';
export { createProcessor, type Processor, type ProcessorOptions } from './processor.ts';
export {
  createProducerQueue,
  type ProducerMessage,
  type ProducerQueue,
  type ProducerQueueOptions,
} from './producerQueue.ts';
