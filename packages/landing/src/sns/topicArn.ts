export interface SnsTopic {
  readonly arn: string;
  readonly region: string;
  /** e.g. `sns.eu-central-1.amazonaws.com`: asked for certificates and confirmations, and no other host ever. */
  readonly host: string;
}

/** `arn:<partition>:sns:<region>:<account>:<name>` of a standard topic; that of a FIFO topic ends in `.fifo`. */
export const topicArnPattern =
  /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2}(?:-[a-z]+)+-\d{1,2}):\d{12}:([A-Za-z0-9_-]{1,256})$/;

/** @throws RangeError when it is no ARN of a standard topic. */
export function parseTopicArn(arn: string): SnsTopic {
  const [, partition, region] = topicArnPattern.exec(arn) ?? [];
  if (partition === undefined || region === undefined)
    throw new RangeError(
      'SNS_TOPIC_ARN must be the ARN of a standard SNS topic: arn:aws:sns:<region>:<account>:<name>.',
    );
  return { arn, region, host: `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}` };
}
