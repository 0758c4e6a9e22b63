import { closed, compile, dateTime, oneOf, text } from './compile.ts';

export interface OrderAction {
  readonly name: 'CANCEL' | 'FORCE_CANCEL' | 'UNLOCK';
  readonly version: number;
  readonly cancelationReasonId?: string;
  readonly targetTime?: string;
}

export const parseOrderAction = compile<OrderAction>(
  closed({
    'name*': oneOf('CANCEL', 'FORCE_CANCEL', 'UNLOCK'),
    'version*': { type: 'integer', minimum: 0 },
    cancelationReasonId: text,
    targetTime: dateTime,
  }),
);
