/** A service that does nothing, for the tests of the shutdown: its first argument says how it ends. */
import { createLogger } from '../logging/logger.ts';
import { createShutdown } from '../shutdown.ts';

const [mode, grace = '10000'] = process.argv.slice(2);
const logger = createLogger({ service: 'sample', version: '0.0.0', level: 'info' });
const shutdown = createShutdown({ logger, graceMs: Number(grace) });
const alive = setInterval(() => {}, 1_000);

for (const phase of ['close', 'leave', 'commit', 'drain', 'stop'] as const) {
  shutdown.on(phase, 'sample', async () => {
    logger.info('step', { step: phase });
    if (mode === 'hang' && phase === 'drain') await new Promise(() => {});
    if (mode === 'fail' && phase === 'drain') throw new Error('no');
  });
}

logger.info('ready');
if (mode === 'throw')
  setImmediate(() => {
    throw new Error('a defect');
  });
if (mode === 'reject') void Promise.reject(new Error('a defect'));
if (mode === 'begin') void shutdown.begin('fenced', 3);
if (mode === 'idle') clearInterval(alive);
