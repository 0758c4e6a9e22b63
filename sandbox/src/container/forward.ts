import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * Passes every TCP connection to `port` of any interface on to `target` of 127.0.0.1: the simulators listen there only.
 * Does not keep the process alive.
 * @throws when the port cannot be had.
 */
export async function forward(port: number, target: number): Promise<void> {
  const server = createServer((from) => {
    const to = connect(target, '127.0.0.1');
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
    to.on('error', () => from.destroy()).on('close', () => from.destroy());
    from.pipe(to).pipe(from);
  });
  server.listen(port, '0.0.0.0').unref();
  await once(server, 'listening');
}
