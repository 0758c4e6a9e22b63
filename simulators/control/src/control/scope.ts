import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { ControlRefusal } from './refusal.ts';

export interface Problem {
  readonly status: number;
  readonly message: string;
}

export const controlPrefix = '/_sim';

export const isControl = ({ url }: FastifyRequest): boolean => /^\/_sim(?:[/?]|$)/.test(url);

/**
 * Makes this scope one of the control API: bodies are JSON whatever the content type says, and refusals have the body
 * `{"message"}`. `explain` says what the vendor's own errors mean; undefined: it is none of them.
 */
export function openControlScope(app: FastifyInstance, explain: (error: Error) => Problem | undefined): void {
  app.addHook('onRequest', (request, _reply, done) => {
    delete request.raw.headers['content-type'];
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(String(text)));
    } catch (error) {
      done(new ControlRefusal(`The body is no valid JSON: ${(error as Error).message}.`));
    }
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ message: `There is no ${request.method} ${request.url.split('?', 1)[0]} here.` }),
  );
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const { status, message } = explain(error) ?? toProblem(error);
    return reply.code(status).send({ message });
  });
}

const toProblem = (error: FastifyError): Problem => ({
  status: error instanceof ControlRefusal ? 400 : (error.statusCode ?? 500),
  message: error.message,
});
