import { allTopics, PARTITIONS, type Topic } from '@pipeline/schemas';
import { describeTopology } from '@pipeline/streams';
import { bytes, code, duration, generatedFrom, page, table } from './markdown.ts';
import type { DescribedService } from './services.ts';
import { type TopicNote, topicNotes } from './topicNotes.ts';

const intro = `# Topics

Names stand under \`TOPIC_PREFIX\`. \`npm run setup\` creates all of them with ${PARTITIONS} partitions (\`-- --partitions N\`: with N), which never change:
a source, its replay lane, its state and its tables must have the same count. With three brokers or more: replication 3 and
\`min.insync.replicas\` 2. Everywhere: \`unclean.leader.election.enable=false\`, \`message.timestamp.type=LogAppendTime\` (the
vendor's time is a field), producers with \`acks=all\`. A topic that is there already is left as it is; a different
partition count or cleanup policy is an error, any other difference is only named.`;

/** The page of all topics. Throws an Error that names a topic without a note. */
export function topicsPage(services: readonly DescribedService[], list: readonly Topic[] = allTopics): string {
  const rows = list.map((topic) => {
    const { key, holds, personalData } = noteOf(topic);
    return [code(topic.name), key, holds, personalData, writersOf(topic, services), readersOf(topic, services)];
  });
  const configs = list.map(({ name, cleanup, retentionMs, maxMessageBytes, schema, config }) => [
    code(name),
    cleanup,
    duration(retentionMs),
    bytes(maxMessageBytes),
    schema === undefined ? 'bytes' : `Avro ${code(schema)}`,
    Object.entries(config)
      .map(([setting, value]) => code(`${setting}=${value}`))
      .join(', '),
  ]);
  return page(
    generatedFrom('`schemas/src/topics.ts` and the services’ `topology.ts`'),
    intro,
    '## What is in them',
    table(['Topic', 'Key', 'Holds', 'Personal data', 'Written by', 'Read by'], rows),
    '## Configuration',
    table(['Topic', 'Cleanup', 'Retention', 'Max message', 'Value', 'Further'], configs),
    '## Topologies',
    'A table is read from its beginning and never committed; a state topic is read by its one writer at each assignment.',
    `\`\`\`text\n${services.flatMap(linesOf).join('\n')}\n\`\`\``,
  );
}

function noteOf({ name }: Topic): TopicNote {
  const note = topicNotes[name];
  if (!note) throw new Error(`Topic ${name} has no note: say in topicNotes.ts what its key is and what it holds.`);
  return note;
}

function writersOf({ name }: Topic, services: readonly DescribedService[]): string {
  const writes = ({ lands, topologies, catchUp }: DescribedService): boolean =>
    lands.includes(name) ||
    catchUp?.watermarks === name ||
    topologies.some(({ sinks, state, held, deadLetters }) =>
      [...sinks, state, held, deadLetters].some((topic) => topic?.name === name),
    );
  return namesOf(services.filter(writes));
}

function readersOf({ name }: Topic, services: readonly DescribedService[]): string {
  const reads = ({ topologies, catchUp }: DescribedService): boolean =>
    catchUp?.watermarks === name ||
    topologies.some(({ sources, lanes = [], state, held, tables = [] }) =>
      [...sources, ...lanes, state, held, ...tables.map(({ topic }) => topic)].some((topic) => topic?.name === name),
    );
  return namesOf(services.filter(reads));
}

const namesOf = (services: readonly DescribedService[]): string => services.map(({ name }) => name).join(', ') || '–';

const linesOf = ({ name, lands, topologies, catchUp }: DescribedService): string[] => [
  ...lands.map((topic) => `${name} (HTTP) → ${topic}`),
  ...topologies.flatMap(describeTopology),
  ...(catchUp ? [`${catchUp.watermarks} ↔ ${catchUp.group}`, `${catchUp.group} → ${catchUp.writes}`] : []),
];
