import type { Topic } from '@pipeline/schemas';

/** A topic as it is to be created. */
export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  readonly config: Readonly<Record<string, string>>;
}

/** A topic as the broker describes it. */
export interface ExistingTopic {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface PlanInput {
  readonly topic: Topic;
  readonly prefix: string;
  readonly partitions: number;
  readonly replication: number;
}

/** What the topic table means in Kafka's own settings. Two copies must have a record where there are three. */
export function plannedTopic({ topic, prefix, partitions, replication }: PlanInput): TopicPlan {
  return {
    name: `${prefix}${topic.name}`,
    partitions,
    replication,
    config: {
      'cleanup.policy': topic.cleanup,
      'retention.ms': String(topic.retentionMs),
      'max.message.bytes': String(topic.maxMessageBytes),
      'min.insync.replicas': replication >= 3 ? '2' : '1',
      'unclean.leader.election.enable': 'false',
      'message.timestamp.type': 'LogAppendTime',
      ...topic.config,
    },
  };
}

/**
 * How an existing topic differs. Errors would lose messages or mix up partitions; notes are settings that an operator
 * may have chosen.
 */
export function compareTopic(plan: TopicPlan, existing: ExistingTopic): { errors: string[]; notes: string[] } {
  const errors: string[] = [];
  if (existing.partitions !== plan.partitions) {
    errors.push(
      `${plan.name} has ${existing.partitions} partitions, needed are ${plan.partitions}: keys would no longer meet their state. ` +
        `If all of them were created with ${existing.partitions}: npm run setup -- --partitions ${existing.partitions}. If some were added since: docs/guides/own-kafka.md, "Another number of partitions". ` +
        'Else use another TOPIC_PREFIX, or, if nothing was ever consumed here, delete the topic and run this again.',
    );
  }
  const policy = existing.config['cleanup.policy'] ?? 'unknown';
  const wanted = plan.config['cleanup.policy'] ?? '';
  if (!sameList(policy, wanted)) {
    errors.push(
      `${plan.name} has cleanup.policy=${policy}, needed is ${wanted}: messages would be kept too short or too long. ` +
        `Alter the topic to cleanup.policy=[${wanted}] with the tools of your Kafka, then run this again.`,
    );
  }
  const notes = Object.entries(plan.config)
    .filter(([name, value]) => name !== 'cleanup.policy' && (existing.config[name] ?? value) !== value)
    .map(
      ([name, value]) => `${plan.name} has ${name}=${existing.config[name]}, recommended is ${value}; left as it is`,
    );
  return { errors, notes };
}

const sameList = (a: string, b: string): boolean => sorted(a) === sorted(b);
const sorted = (list: string): string =>
  list
    .split(',')
    .map((item) => item.trim())
    .sort()
    .join(',');
