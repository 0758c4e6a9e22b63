// `node answers.mjs PATH [PORT]`: exit code 0 when this container answers with 2xx there. (Default port: OPS_PORT, 9464)
import { get } from 'node:http';

const [path, port = process.env.OPS_PORT || '9464'] = process.argv.slice(2);
get({ host: '127.0.0.1', port, path }, (answer) => {
  answer.pipe(process.stdout);
  process.exitCode = answer.statusCode >= 200 && answer.statusCode < 300 ? 0 : 1;
}).on('error', ({ message }) => {
  console.log(message);
  process.exitCode = 1;
});
