import { eventNames } from '../core/eventNames.ts';
import type { Subscription } from '../core/model.ts';
import { badRequest } from '../http/problem.ts';
import { closed, compile, filled, list, oneOf, text } from './compile.ts';

export type SubscriptionForCreation = Pick<
  Subscription,
  'name' | 'event' | 'target' | 'callbackUrl' | 'headers' | 'contexts'
>;

const headers = list(closed({ 'key*': filled, 'value*': text }), { minItems: 1 });

const parseShape = compile<SubscriptionForCreation>(
  closed({
    'name*': text,
    'event*': text,
    target: closed({ 'type*': oneOf('WEBHOOK'), 'callbackUrl*': text, headers }),
    callbackUrl: text,
    headers,
    contexts: list(closed({ 'type*': oneOf('FACILITY', 'FACILITY_GROUP'), 'values*': list(text, { minItems: 1 }) })),
  }),
);

/**
 * The body of `POST /api/subscriptions`. Stricter than the vendor's schema where a slip would go unseen: the event must
 * exist, there must be somewhere to deliver to, and it must be a web hook (the simulator has no message broker).
 */
export function parseSubscription(body: unknown): SubscriptionForCreation {
  const subscription = parseShape(body);
  if (!eventNames.has(subscription.event)) {
    throw badRequest('Invalid request body', 'body.event is not one of GET /api/supportedevents.');
  }
  const url = subscription.target?.callbackUrl ?? subscription.callbackUrl;
  if (url === undefined || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw badRequest('Invalid request body', 'body.target.callbackUrl must be an http or https address.');
  }
  if ((subscription.contexts ?? []).filter((context) => context.type === 'FACILITY').length > 1) {
    throw badRequest('Invalid request body', 'body.contexts may hold FACILITY once.');
  }
  return subscription;
}
