export { CutAnswer, exchange, MAX_ANSWER_BYTES, NotSent, type Exchanged, type ExchangeRequest } from './exchange.ts';
