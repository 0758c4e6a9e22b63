export {
  CutAnswer,
  exchange,
  MAX_ANSWER_BYTES,
  NotSent,
  toText,
  type Exchanged,
  type ExchangeRequest,
} from './exchange.ts';
