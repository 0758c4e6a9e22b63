/**
 * `npm run setup`: creates the topics and registers the schemas of the deployment that the environment names.
 * `npm run setup -- --partitions N`: with another number of partitions.
 * `npm run setup -- --print-acls`: prints what each service must be allowed, and does nothing.
 */
import { PARTITIONS } from '@pipeline/schemas';
import { aclUsage, printAcls } from './access/printAcls.ts';
import { targetFrom } from './environment.ts';
import { runMain } from './runMain.ts';
import { setUp } from './setUp.ts';
import { partitionsFrom } from './setUpArguments.ts';

const usage = `npm run setup creates the topics and registers the schemas of the deployment that the environment names: KAFKA_BROKERS, SCHEMA_REGISTRY_URL, TOPIC_PREFIX and so on.
  --partitions N        of every topic, for good: say the same each time (default ${PARTITIONS})`;

await runMain(async () => {
  const args = process.argv.slice(2);
  if (args[0] === '--print-acls') return console.log(printAcls(args.slice(1), process.env));
  if (args[0] === '--help') return console.log(`${usage}\n\n${aclUsage}`);
  const partitions = partitionsFrom(args, `${usage}\n\n${aclUsage}`);
  await setUp({ ...targetFrom(process.env), partitions, log: console.log });
});
