/** How notifications travel. Probabilities are 0..1. */
export interface DeliverySettings {
  /** Probability that a notification is sent a second time (same message id) after 0..500 ms. (Default: 0) */
  duplicates: number;
  /** Delay each delivery by 0..`shuffleMs`, so that they arrive in any order. (Default: false) */
  shuffle: boolean;
  /** (Default: 400) */
  shuffleMs: number;
  /** Probability that a message comes without its own fields and `type`, as when it is too large. (Default: 0) */
  payloadNotIncluded: number;
  /** Probability that a message comes without resourceUserProvidedIdentifiers. (Default: 0) */
  withoutOrderNumber: number;
}

export const defaultDelivery: DeliverySettings = {
  duplicates: 0,
  shuffle: false,
  shuffleMs: 400,
  payloadNotIncluded: 0,
  withoutOrderNumber: 0,
};

/** Throws a RangeError that names the setting that is out of range. */
export function parseDelivery(change: Record<string, unknown>): Partial<DeliverySettings> {
  for (const [name, value] of Object.entries(change)) {
    const valid =
      name === 'shuffle'
        ? typeof value === 'boolean'
        : name === 'shuffleMs'
          ? typeof value === 'number' && value >= 0
          : Object.hasOwn(defaultDelivery, name) && typeof value === 'number' && value >= 0 && value <= 1;
    const expected =
      name === 'shuffle' ? 'true or false' : name === 'shuffleMs' ? 'a number from 0' : 'a number from 0 to 1';
    if (!valid) throw new RangeError(`The delivery's '${name}' is ${JSON.stringify(value)}, but must be ${expected}.`);
  }
  return change as Partial<DeliverySettings>;
}
