import { expect, test } from 'vitest';
import { describeFlags, numberFlag, parseFlags, portFlag, probabilityFlag, switchFlag, textFlag } from './flags.ts';

const flags = {
  port: portFlag(),
  name: textFlag({ preset: 'nobody', help: 'a name' }),
  share: probabilityFlag({ preset: 0, help: 'a share' }),
  size: numberFlag({ preset: 3, min: 1, max: 9, help: 'a size' }),
  loud: switchFlag({ preset: false, help: 'noise' }),
  strict: switchFlag({ preset: true, help: 'anything goes' }),
};
const presets = { port: 0, name: 'nobody', share: 0, size: 3, loud: false, strict: true };

test('what is not given has its default', () => {
  expect(parseFlags(flags, [])).toEqual(presets);
});

test('the last value counts, and switches can be turned on and off', () => {
  const args = ['--port', '1', '--port=8091', '--share', '0.25', '--loud', '--no-loud', '--no-strict', '--name', '-x'];
  expect(parseFlags(flags, args)).toEqual({ ...presets, port: 8091, share: 0.25, strict: false, name: '-x' });
});

test.for([
  [['--foo'], 'There is no flag --foo.'],
  [['--no-port'], 'There is no flag --no-port.'],
  [['--constructor', 'x'], 'There is no flag --constructor.'],
  [['-p', '1'], 'There is no flag -p.'],
  [['8091'], '"8091" belongs to no flag.'],
  [['--', '8091'], '"8091" belongs to no flag.'],
  [['--port', 'abc'], '--port is "abc", but must be a whole number from 0 to 65535.'],
  [['--port', '99999999'], '--port is "99999999", but must be a whole number from 0 to 65535.'],
  [['--port', '-1'], '--port is "-1", but must be a whole number from 0 to 65535.'],
  [['--port', '80.5'], '--port is "80.5", but must be a whole number from 0 to 65535.'],
  [['--port', 'Infinity'], '--port is "Infinity", but must be a whole number from 0 to 65535.'],
  [['--port='], '--port is "", but must be a whole number from 0 to 65535.'],
  [['--port'], '--port needs a value: a whole number from 0 to 65535.'],
  [['--port', '--loud'], '--port needs a value: a whole number from 0 to 65535.'],
  [['--share', '1.1'], '--share is "1.1", but must be a number from 0 to 1.'],
  [['--name', ''], '--name is "", but must be a text that is not empty.'],
  [['--loud=yes'], '--loud is given "yes", but takes no value.'],
] as const)('%j is refused: %s', ([args, message]) => {
  expect(() => parseFlags(flags, args)).toThrow(message);
});

test('the help names every flag with its default', () => {
  expect(parseFlags(flags, ['--size', 'many', '--help'])).toBe('help');
  expect(describeFlags(flags).split('\n')).toEqual([
    '  --port PORT  port of the host; 0: any free one (default 0)',
    '  --name TEXT  a name (default nobody)',
    '  --share P    a share (default 0)',
    '  --size N     a size (default 3)',
    '  --loud       noise (default off)',
    '  --no-strict  anything goes (default off)',
    '  --help       this text',
  ]);
});
