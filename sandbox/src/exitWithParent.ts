/** Preloaded into the services: they end when the sandbox does, however that ends, kill -9 included. */
import { Socket } from 'node:net';

process.stdin
  .on('close', () => process.exit(1))
  .on('error', () => process.exit(1))
  .resume();
// A waiting stdin must not keep a service alive that has drained.
if (process.stdin instanceof Socket) process.stdin.unref();
