import { expect, test } from 'vitest';
import { javaMajor } from './maven.ts';
import { serverProperties } from './serverProperties.ts';

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "21" 2023-09-19', 21],
  ['java version "1.8.0_392"', 8],
  ['openjdk version "25-ea" 2025-09-16', 25],
  ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "17.0.1"', 17],
  ['command not found', 0],
])('reads the Java version from %j', (output, major) => {
  expect(javaMajor(output)).toBe(major);
});

test('everything listens on the loopback address only', () => {
  const text = serverProperties({ brokerPort: 1, controllerPort: 2, logDir: '/x' });

  expect(text).toContain('listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2\n');
  expect(text).not.toMatch(/0\.0\.0\.0|:\/\/:/);
});
