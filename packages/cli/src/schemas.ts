/** `npm run schemas -- check|register`: compares the schemas with the registry, or registers them. */
import { checkSchemas } from './checkSchemas.ts';
import { targetFrom } from './environment.ts';
import { runMain } from './runMain.ts';
import { registerSchemas } from './setUp.ts';

await runMain(async () => {
  const [command] = process.argv.slice(2);
  // Brokers are not needed here.
  const target = () => targetFrom({ KAFKA_BROKERS: 'unused:1', ...process.env });
  if (command === 'check') return checkSchemas({ ...target(), log: console.log });
  if (command === 'register') return registerSchemas({ ...target(), log: console.log });
  throw new Error('Usage: npm run schemas -- check|register, with SCHEMA_REGISTRY_URL (and TOPIC_PREFIX) set');
});
