export interface ServerSettings {
  readonly brokerPort: number;
  readonly controllerPort: number;
  readonly logDir: string;
  /** Settings that win over these. (Default: none) */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** Settings of a single KRaft node that is broker and controller, as a Java properties file. */
export function serverProperties({ brokerPort, controllerPort, logDir, overrides = {} }: ServerSettings): string {
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${brokerPort},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${brokerPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logDir.replaceAll('\\', '\\\\'),
    'auto.create.topics.enable': 'false',
    'log.message.timestamp.type': 'LogAppendTime',
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.num.partitions': 3,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 3,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // No second consumer is worth waiting for.
    'group.initial.rebalance.delay.ms': 0,
    // Nor is a member that a test has frozen worth six seconds.
    'group.min.session.timeout.ms': 1_000,
    // Tests delete hundreds of partitions: give their files and memory maps back soon.
    'log.segment.delete.delay.ms': 1_000,
    'log.index.size.max.bytes': 1_048_576,
    ...overrides,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
