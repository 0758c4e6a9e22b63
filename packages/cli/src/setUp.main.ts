/** `npm run setup`: creates the topics and registers the schemas of the deployment that the environment names. */
import { targetFrom } from './environment.ts';
import { runMain } from './runMain.ts';
import { setUp } from './setUp.ts';

await runMain(() => setUp({ ...targetFrom(process.env), log: console.log }));
