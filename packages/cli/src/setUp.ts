import { allTopics, PARTITIONS, type Topic } from '@pipeline/schemas';
import type { RegistryAccess } from '@pipeline/streams/avro';
import { createKafka, type KafkaConnection, untilLed } from '@pipeline/streams/kafka';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import { createRegistry, subjectsOf } from './registry.ts';
import { compareTopic, type ExistingTopic, plannedTopic, type TopicPlan } from './topicPlan.ts';

export interface SetUpOptions extends KafkaConnection, RegistryAccess {
  /** Stands before every topic and subject. */
  readonly prefix: string;
  /** Copies of each partition. (Default: 3, or as many as there are brokers.) */
  readonly replication?: number | undefined;
  /** Of every topic. (Default: `PARTITIONS`) */
  readonly partitions?: number | undefined;
  /** (Default: all.) */
  readonly topics?: readonly Topic[] | undefined;
  readonly log: (line: string) => void;
}

/**
 * Creates the topics that are missing and registers the schemas. May be repeated: what is there stays as it is.
 *
 * @throws Error that lists all differences when an existing topic has another partition count or cleanup policy, and
 *   then nothing is created; RegistryError when a schema is refused (topics exist by then; repeat after the fix).
 */
export async function setUp(options: SetUpOptions): Promise<void> {
  await createTopics(options);
  await registerSchemas(options);
}

/** The first half of `setUp`. */
export async function createTopics(options: Omit<SetUpOptions, keyof RegistryAccess>): Promise<void> {
  const { prefix, log, topics = allTopics, partitions = PARTITIONS } = options;
  await withAdmin(options, async (admin) => {
    const { brokers } = await admin.describeCluster();
    const replication = options.replication ?? Math.min(3, brokers.length);
    const plans = topics.map((topic) => plannedTopic({ topic, prefix, partitions, replication }));

    const present = new Set(await admin.listTopics());
    const existing = await describe(
      admin,
      plans.filter((plan) => present.has(plan.name)),
    );
    const { errors, notes } = compareAll(plans, existing);
    notes.forEach((note) => log(note));
    if (errors.length > 0) throw new Error(`Topics are not as the pipeline needs them:\n- ${errors.join('\n- ')}`);

    const missing = plans.filter((plan) => !present.has(plan.name));
    if (missing.length > 0) {
      await admin.createTopics({ topics: missing.map(toKafka), waitForLeaders: false, timeout: 60_000 });
      await untilLed(
        createClient(options),
        missing.map((plan) => plan.name),
      );
    }
    log(`Topics: ${missing.length} created, ${plans.length - missing.length} there already`);
  });
}

/** The second half of `setUp`. */
export async function registerSchemas(
  options: RegistryAccess & Pick<SetUpOptions, 'prefix' | 'topics' | 'log'>,
): Promise<void> {
  const registry = createRegistry(options);
  const subjects = subjectsOf(options.prefix, options.topics ?? allTopics);
  for (const { subject, schema } of subjects) {
    const id = await registry.register(subject, schema);
    options.log(`Schema ${subject}: id ${id}`);
  }
}

/**
 * Lends an admin connection.
 * @throws Error that names the brokers when none answers, or none lets us in.
 */
export async function withAdmin<Result>(
  connection: KafkaConnection,
  use: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const { brokers } = connection;
  const admin = createClient(connection).admin();
  try {
    await admin.connect().catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `Kafka at ${brokers.join(', ')} does not answer, or does not let us in: ${why}. Does it run, and are KAFKA_BROKERS and the settings for TLS and SASL right?`,
        { cause },
      );
    });
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

const createClient = ({ brokers, ssl, sasl }: KafkaConnection): Kafka =>
  createKafka({ clientId: 'pipeline-setup', brokers, ssl, sasl, requestTimeoutMs: 60_000, retry: { retries: 5 } });

function compareAll(
  plans: readonly TopicPlan[],
  existing: readonly ExistingTopic[],
): { errors: string[]; notes: string[] } {
  const planOf = new Map(plans.map((plan) => [plan.name, plan]));
  const errors: string[] = [];
  const notes: string[] = [];
  for (const topic of existing) {
    const plan = planOf.get(topic.name);
    if (!plan) continue;
    const differences = compareTopic(plan, topic);
    errors.push(...differences.errors);
    notes.push(...differences.notes);
  }
  return { errors, notes };
}

async function describe(admin: Admin, plans: readonly TopicPlan[]): Promise<ExistingTopic[]> {
  if (plans.length === 0) return [];
  const [metadata, configs] = await Promise.all([
    admin.fetchTopicMetadata({ topics: plans.map((plan) => plan.name) }),
    admin.describeConfigs({
      includeSynonyms: false,
      // ConfigResourceTypes.TOPIC: an ambient enum, not to be had at run time without a default import.
      resources: plans.map((plan) => ({ type: 2, name: plan.name, configNames: Object.keys(plan.config) })),
    }),
  ]);
  return metadata.topics.map(({ name, partitions }) => {
    const entries = configs.resources.find((resource) => resource.resourceName === name)?.configEntries ?? [];
    const config = Object.fromEntries(entries.map((entry) => [entry.configName, entry.configValue]));
    return { name, partitions: partitions.length, config };
  });
}

const toKafka = ({ name, partitions, replication, config }: TopicPlan): ITopicConfig => ({
  topic: name,
  numPartitions: partitions,
  replicationFactor: replication,
  configEntries: Object.entries(config).map(([entry, value]) => ({ name: entry, value })),
});
