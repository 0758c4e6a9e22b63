import type { FastifyInstance } from 'fastify';
import { eventNames } from '../core/eventNames.ts';

export function registerStatus(app: FastifyInstance): void {
  app.get('/api/status', () => ({ status: 'UP' }));
  app.get('/api/health', () => ({ status: 'UP', dependencies: [{ name: 'simulator', status: 'UP' }] }));
  app.get('/api/supportedevents', () => ({ supportedEvents: [...eventNames].map((event) => ({ event })) }));
}
