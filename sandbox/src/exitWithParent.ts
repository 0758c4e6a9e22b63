/**
 * Preloaded into the services: they end when the sandbox does, however that ends, kill -9 included. `?remove=` names a
 * directory that goes with them.
 */
import { rmSync } from 'node:fs';
import { Socket } from 'node:net';

const directory = new URL(import.meta.url).searchParams.get('remove');

function end(): void {
  try {
    if (directory !== null) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  } finally {
    process.exit(1);
  }
}

process.stdin.on('close', end).on('error', end).resume();
// A waiting stdin must not keep a service alive that has drained.
if (process.stdin instanceof Socket) process.stdin.unref();
