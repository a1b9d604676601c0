/** What the participants of an averaged training agree on before its first round. */
import * as z from 'zod';

export const Rules = z
  .strictObject({
    /** Round 0 waits for so many. */
    participants: z.int().min(1).max(10_000),
    /** With fewer answers no round closes. */
    quorum: z.int().min(1).max(10_000),
    /** A round closes so long after its first answer, without those who are missing, ms. */
    deadlineMs: z.int().min(0),
    /** After round 0, in which nothing is learnt. */
    rounds: z.int().min(1).max(1_000_000),
    /** Ends when the validation loss has not fallen for so many rounds, and keeps the best weights; else the last are kept. */
    patience: z.int().min(1).optional(),
    /** Of the steps from round to round: see `closeRound`; default: none. */
    momentum: z.number().min(0).lt(1).optional(),
    /** See `Privacy`, and `Noise` for the multiplier. */
    clipNorm: z.number().positive().optional(),
    noiseMultiplier: z.number().positive().optional(),
  })
  .superRefine(({ participants, quorum, clipNorm, noiseMultiplier }, context) => {
    const report = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (quorum > participants) report('quorum', `${quorum} is more than the ${participants} participants`);
    if (noiseMultiplier !== undefined && clipNorm === undefined) {
      report(
        'clipNorm',
        'noise hides only what is clipped; give the longest step of a participant, such as 1',
      );
    }
  });
export type Rules = z.infer<typeof Rules>;

/** Rounds and patience of a definition: its patience is in epochs, and epochs that no round ends with are not judged. */
export function roundsOf(
  { epochs, earlyStopping }: { epochs: number; earlyStopping: { patience: number } | null },
  epochsPerRound: number,
): Pick<Rules, 'rounds' | 'patience'> {
  return {
    rounds: Math.ceil(epochs / epochsPerRound - 1e-9),
    ...(earlyStopping && { patience: Math.ceil(earlyStopping.patience / Math.max(1, epochsPerRound)) }),
  };
}

/** Step at which round `number` is over, for one whose epochs have so many. */
export function endOfRound(
  number: number,
  epochsPerRound: number,
  { epochs, stepsPerEpoch }: { epochs: number; stepsPerEpoch: number },
): number {
  return Math.min(Math.round(number * epochsPerRound * stepsPerEpoch), epochs * stepsPerEpoch);
}
