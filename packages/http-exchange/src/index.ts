export { CutAnswer, exchange, MAX_ANSWER_BYTES, type Exchanged, type ExchangeRequest } from './exchange.ts';
