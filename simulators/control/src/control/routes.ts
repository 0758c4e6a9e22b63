import type { FastifyInstance } from 'fastify';
import { parseFault } from './fault.ts';
import type { Faults } from './faults.ts';
import type { RequestLog } from './requestLog.ts';
import { parseRequestQuery } from './requestQuery.ts';

/** The history of requests and the faults, alike in every simulator. */
export function registerRequestsAndFaults(app: FastifyInstance, parts: { requests: RequestLog; faults: Faults }): void {
  const { requests, faults } = parts;
  app.get('/requests', (request, reply) => reply.send(requests.find(parseRequestQuery(request.query))));
  app.get('/requests/summary', (_, reply) => reply.send(requests.summary()));
  app.get('/faults', (_, reply) => reply.send(faults.list()));
  app.post('/faults', (request, reply) => reply.code(201).send(faults.add(parseFault(request.body))));
  app.delete('/faults', (_, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
}
