export { type ElasticMq, startElasticMq } from '../elasticmq/elasticMq.ts';
export { createTopics } from './createTopics.ts';
export { createTcpProxy, PRODUCE, proxySocketFactory, type TcpProxy } from './tcpProxy.ts';
export { createTcpSwitch, type TcpSwitch } from './tcpSwitch.ts';
export { createTestTopics, type TestTopics, testPrefix, withTopics } from './testTopics.ts';
