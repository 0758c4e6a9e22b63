import type { FastifyInstance } from 'fastify';
import { project } from '../seed.ts';

/** `GET /{projectKey}`. */
export function registerProject(app: FastifyInstance, projectKey: string): void {
  app.get('/', (_, reply) => reply.send(project(projectKey)));
}
