/** `npm run ops -- order|dlq|replay|backfill …`: what the person on call needs. See docs/guides/on-call.md. */
import { ask } from './ops/ask.ts';
import { ops } from './ops/ops.ts';
import { toPrintable } from './ops/output.ts';
import { runMain } from './runMain.ts';

// The reader has seen enough, as with `| head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await runMain(async () => {
  process.exitCode = await ops(process.argv.slice(2), process.env, {
    out: (line) => process.stdout.write(`${toPrintable(line)}\n`),
    err: (line) => process.stderr.write(`${toPrintable(line)}\n`),
    ask: process.stdin.isTTY ? (question) => ask(question) : undefined,
  });
});
