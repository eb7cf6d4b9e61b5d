import { Duration, Token } from 'aws-cdk-lib';
import { InvalidInput } from '../../foundation/invalid-input';

/** What users are promised, over thirty days. What is missing to 100 % is the error budget; alarms watch how fast it burns. */
export interface Objectives {
  /**
   * Share of requests that get an answer which is no error of ours, in percent.
   * @default - 99.9 for a fleet, 99.5 for a single server, which is what EC2 promises for one instance
   */
  readonly availability?: number;
  /**
   * What is fast enough for a request.
   * @default 1 second
   */
  readonly latency?: Duration;
  /**
   * Share of requests that are fast enough, in percent.
   * @default 99
   */
  readonly fastShare?: number;
}

/** Objectives with nothing left open. */
export interface SettledObjectives {
  /** Share of requests without an error of ours, in percent. */
  readonly availability: number;
  /** What is fast enough. */
  readonly latency: Duration;
  /** Share of requests that are fast enough, in percent. */
  readonly fastShare: number;
}

/**
 * Fills in what was left open, and refuses what can't be watched.
 * @param given what the user said.
 * @param isSingle whether one server alone answers.
 */
export function settleObjectives(given: Objectives, isSingle: boolean): SettledObjectives {
  const { availability = isSingle ? 99.5 : 99.9, latency = Duration.seconds(1), fastShare = 99 } = given;
  for (const [name, share] of Object.entries({ availability, fastShare })) {
    // At 93 % and less a burn rate of 14.4 would be more than all requests, so the alarm could never ring.
    if (!Token.isUnresolved(share) && !(share > 93.1 && share < 100)) {
      throw new InvalidInput(`objectives.${name} ${share} is not possible: type a percentage above 93.1 and below 100, such as 99.9`);
    }
  }
  if (latency.toMilliseconds() <= 0)
    throw new InvalidInput('objectives.latency 0 is not possible: type a time such as Duration.seconds(1)');
  return { availability, latency, fastShare };
}
