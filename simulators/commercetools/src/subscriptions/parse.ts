import { invalidInput, invalidJsonInput, requiredField } from '../errors.ts';
import { asFields, compact, optionalFields, optionalKey, optionalList, optionalText, text } from '../input.ts';
import type { Fields } from '../model.ts';
import {
  type DeliveryFormat,
  type Destination,
  type DestinationType,
  destinationTypes,
  type MessageSelection,
  type Subscription,
} from './subscription.ts';

export type SubscriptionDraft = Pick<
  Subscription,
  'key' | 'destination' | 'messages' | 'changes' | 'events' | 'format'
>;

/** Throws ApiError (400). */
export function parseSubscriptionDraft(body: Fields): SubscriptionDraft {
  const destination = parseDestination(asFields(body.destination, 'destination'));
  const format = parseFormat(optionalFields(body, 'format'), destination.type);
  const draft = compact({ key: optionalKey(body, 'key'), destination, format, ...parseSelections(body) });
  return checkSelections(draft as SubscriptionDraft);
}

/** The subscription after one update action; `setDestination` says that it needs a test. Throws ApiError (400). */
export function applySubscriptionAction(subscription: Subscription, action: Fields): Subscription {
  const name = text(action, 'action', 'actions -> action');
  switch (name) {
    case 'setKey': {
      const { key: _, ...rest } = subscription;
      const key = optionalKey(action, 'key');
      return (key === undefined ? rest : { ...rest, key }) as Subscription;
    }
    case 'setMessages':
      return checkSelections({ ...subscription, messages: parseSelections(action).messages });
    case 'setChanges':
      return checkSelections({ ...subscription, changes: parseSelections(action).changes });
    case 'setEvents':
      return checkSelections({ ...subscription, events: parseSelections(action).events });
    case 'changeDestination': {
      const destination = parseDestination(asFields(action.destination, 'destination'));
      parseFormat(subscription.format, destination.type);
      return { ...subscription, destination, status: 'Healthy' };
    }
    default:
      throw invalidInput(`Invalid update action '${name}' for a Subscription.`);
  }
}

function parseDestination(destination: Fields): Destination {
  const type = text(destination, 'type', 'destination -> type');
  if (!Object.hasOwn(destinationTypes, type))
    throw invalidJsonInput(
      `destination -> type: Malformed parameter, expected one of ${Object.keys(destinationTypes)}`,
    );
  for (const member of destinationTypes[type as DestinationType].needs)
    text(destination, member, `destination -> ${member}`);
  const [credentials, ...others] = ['accessKey', 'accessSecret'].filter((name) => destination[name] === undefined);
  const mode = optionalText(destination, 'authenticationMode', 'destination -> authenticationMode') ?? 'Credentials';
  if ((type === 'SQS' || type === 'SNS') && mode === 'Credentials' && credentials !== undefined)
    throw requiredField(`destination.${[credentials, ...others].join(', ')}`);
  return destination as Destination;
}

/** Event Grid takes CloudEvents only. */
function parseFormat(format: Fields | undefined, destination: DestinationType): Subscription['format'] {
  const type = format === undefined ? 'Platform' : text(format, 'type', 'format -> type');
  if (type !== 'Platform' && type !== 'CloudEvents')
    throw invalidJsonInput('format -> type: Malformed parameter, expected one of Platform, CloudEvents');
  if (destination === 'EventGrid' && type !== 'CloudEvents')
    throw invalidInput('An EventGrid destination needs the format CloudEvents.');
  return { ...format, type: type as DeliveryFormat };
}

const parseSelections = (body: Fields): Pick<Subscription, 'messages' | 'changes' | 'events'> => ({
  messages: optionalList(body, 'messages').map(parseSelection),
  changes: optionalList(body, 'changes').map((change) => ({
    resourceTypeId: text(change, 'resourceTypeId', 'changes -> resourceTypeId'),
  })),
  events: optionalList(body, 'events').map(parseSelection),
});

function parseSelection(selection: Fields): MessageSelection & Fields {
  const resourceTypeId = text(selection, 'resourceTypeId', 'messages -> resourceTypeId');
  const { types = [] } = selection;
  if (!Array.isArray(types) || !types.every((type) => typeof type === 'string'))
    throw invalidJsonInput('messages -> types: Malformed parameter, expected an array of strings');
  return { resourceTypeId, types };
}

function checkSelections<Draft extends Pick<Subscription, 'messages' | 'changes' | 'events'>>(draft: Draft): Draft {
  if (draft.messages.length + draft.changes.length + draft.events.length === 0)
    throw invalidInput("At least one of 'messages', 'changes' and 'events' has to be set.");
  return draft;
}
