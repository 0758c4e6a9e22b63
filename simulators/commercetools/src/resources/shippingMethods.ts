import type { FastifyInstance } from 'fastify';
import type { State } from '../state.ts';
import { registerReads } from './keyed.ts';

export function registerShippingMethods(app: FastifyInstance, state: State): void {
  registerReads(app, '/shipping-methods', () => state.shippingMethods);
}
