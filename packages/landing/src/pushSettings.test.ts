import { loadSettings, type SettingDefinitions, SettingsError } from '@pipeline/service-kit';
import { describe, expect, test } from 'vitest';
import { checkPush, eventGridSettings, landingSettings, pushSecret, snsSettings } from './pushSettings.ts';

function problemsOf(
  definitions: SettingDefinitions,
  env: Readonly<Record<string, string>>,
  check: Parameters<typeof loadSettings>[2] = () => [],
): readonly string[] {
  try {
    loadSettings(definitions, env, check);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

const secret = '0123456789abcdef0123456789abcdef';
const definitions = { SECRET: { ...pushSecret, description: 'A secret.' } };

describe('settings of pushes', () => {
  test.each([` ${secret}`, `${secret} `, `${secret}\t`, `${secret}\n`, `${secret}\n${secret}`, ' '.repeat(40)])(
    'refuse a secret that no header can carry: %j',
    (given) => {
      expect(problemsOf(definitions, { SECRET: given })).toEqual([
        'SECRET must be one line without blanks at its ends',
      ]);
    },
  );

  test('take a secret of any other characters', () => {
    expect(problemsOf(definitions, { SECRET: `ä ${secret} ß` })).toEqual([]);
  });

  test.each(['https://eventgrid.azure.net/', 'eventgrid.azure.net/', 'eventgrid.azure.net:443', 'a b', '.net'])(
    'refuse an origin that is no host name: %s',
    (origin) => {
      expect(problemsOf(eventGridSettings, { EVENTGRID_ORIGINS: `eventgrid.azure.net,${origin}` })).toEqual([
        'EVENTGRID_ORIGINS must be a host name, several with commas between',
      ]);
    },
  );

  test('take several origins', () => {
    expect(problemsOf(eventGridSettings, { EVENTGRID_ORIGINS: 'eventgrid.azure.net, EventGrid.Azure.us' })).toEqual([]);
  });

  test('say of a FIFO topic why it is none', () => {
    const arn = 'arn:aws:sns:eu-central-1:123456789012:orders';
    expect(problemsOf(snsSettings, { SNS_TOPIC_ARN: arn })).toEqual([]);
    expect(problemsOf(snsSettings, { SNS_TOPIC_ARN: `${arn}.fifo` })).toEqual([
      'SNS_TOPIC_ARN must be the ARN of a standard SNS topic, since a FIFO topic cannot push over HTTPS',
    ]);
  });

  test('refuse more bytes in hand than the producer lets wait, and say what to do', () => {
    const problems = (bytes: number) => problemsOf(landingSettings, { PUSH_MAX_BYTES: String(bytes) }, checkPush);
    expect(problems(64 * 1_024 * 1_024)).toEqual([]);
    expect(problems(64 * 1_024 * 1_024 + 1)).toEqual([
      expect.stringMatching(/^PUSH_MAX_BYTES must be at most 67108864: the producer .* run more processes/),
    ]);
    expect(problems(2 * 1_984 * 1_024)).toEqual([]);
    expect(problems(2 * 1_984 * 1_024 - 1)).toEqual(['PUSH_MAX_BYTES must be at least 4063232']);
  });
});
