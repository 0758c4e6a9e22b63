import type { FastifyInstance } from 'fastify';
import type { State } from '../state.ts';
import { registerReads } from './keyed.ts';

export function registerChannels(app: FastifyInstance, state: State): void {
  registerReads(app, '/channels', () => state.channels);
}
