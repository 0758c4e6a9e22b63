import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { resourceNotFound } from '../errors.ts';
import { messageFacets, type StoredMessage } from '../messages/messageStore.ts';
import { fieldsOf } from '../query/fields.ts';
import { parseQuery, type QueryParameters, type Query, toSerializedAnswer } from '../query/query.ts';
import { runQuery } from '../query/run.ts';
import { needs } from '../scopes.ts';
import type { Simulation } from '../simulation.ts';
import { messageFields } from './fields.ts';

const dayMs = 86_400_000;
const facets: ReadonlySet<string> = new Set(messageFacets);

/** The Messages Query API: what happened, also what no subscription told. */
export function registerMessages(app: FastifyInstance, { state, settings, quirks }: Simulation): void {
  function visible(message: StoredMessage): boolean {
    const now = settings.now();
    const oldest = now - state.project.messages.deleteDaysAfterCreation * dayMs;
    return message.visibleFrom <= now && Date.parse(String(message.facets.createdAt)) >= oldest;
  }

  function* onlyVisible(messages: Iterable<StoredMessage>): Generator<StoredMessage> {
    for (const message of messages) if (visible(message)) yield message;
  }

  app.get(
    '/messages',
    needs('view_messages'),
    (request: FastifyRequest<{ Querystring: QueryParameters }>, reply: FastifyReply) => {
      const query = parseQuery(request.query, messageFields);
      const { messages, sorted } = state.messages.candidates(query.predicate);
      const { page, total } = runQuery(onlyVisible(messages), query, {
        sorted: sorted && asksForTime(query),
        arbitrary: quirks.unsortedQueries,
        needsDocument: !usedFields(query).every((field) => facets.has(field)),
      });
      const answer = toSerializedAnswer(
        query,
        page.map(({ json }) => json),
        total,
      );
      return reply.type('application/json; charset=utf-8').send(answer);
    },
  );

  app.get('/messages/:id', needs('view_messages'), (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const message = state.messages.find(request.params.id);
    if (!message || !visible(message))
      throw resourceNotFound(`The Resource with ID '${request.params.id}' was not found.`);
    return reply.type('application/json; charset=utf-8').send(message.json);
  });
}

const usedFields = ({ predicate, sort }: Query): readonly string[] => [
  ...(predicate ? fieldsOf(predicate) : []),
  ...sort.map(({ path }) => path[0] ?? ''),
];

/** `createdAt asc`, and `id asc` or nothing: the order in which messages are stored. */
function asksForTime({ sort }: Query): boolean {
  const [first, second, third] = sort.map(({ path, descending }) => (descending ? '' : path.join('.')));
  return first === 'createdAt' && (second ?? 'id') === 'id' && third === undefined;
}
