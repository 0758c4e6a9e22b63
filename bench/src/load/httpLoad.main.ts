/** Sends HTTP load, in a process of its own, so that the server does not share its event loop with its senders. */
import { createBits } from './bits.ts';
import type { FromLoad, ToLoad } from './httpProtocol.ts';
import { type Numbers, runHttp } from './httpRun.ts';

const numbers: Numbers = { next: 0, acked: createBits() };
const say = (message: FromLoad): void => void process.send?.(message);

process.on('message', (message: ToLoad) => {
  if (message.do === 'acked') say({ is: 'acked', bits: numbers.acked.bytes.toString('base64') });
  else void runHttp(message.run, numbers).then((report) => say({ is: 'report', report }));
});
process.once('disconnect', () => process.exit());
say({ is: 'listening' });
