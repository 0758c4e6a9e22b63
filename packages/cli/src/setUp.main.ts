/**
 * `npm run setup`: creates the topics and registers the schemas of the deployment that the environment names.
 * `npm run setup -- --print-acls`: prints what each service must be allowed, and does nothing.
 */
import { aclUsage, printAcls } from './access/printAcls.ts';
import { targetFrom } from './environment.ts';
import { runMain } from './runMain.ts';
import { setUp } from './setUp.ts';

const usage =
  'npm run setup creates the topics and registers the schemas of the deployment that the environment names: KAFKA_BROKERS, SCHEMA_REGISTRY_URL, TOPIC_PREFIX and so on.';

await runMain(async () => {
  const args = process.argv.slice(2);
  if (args[0] === '--print-acls') return console.log(printAcls(args.slice(1), process.env));
  if (args[0] === '--help') return console.log(`${usage}\n\n${aclUsage}`);
  if (args.length > 0) throw new Error(`${args[0]} is not an argument of this command.\n\n${usage}\n\n${aclUsage}`);
  await setUp({ ...targetFrom(process.env), log: console.log });
});
