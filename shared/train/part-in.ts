/** How a run's place among the workers of one training shows in what it is given. */
import type { Team } from '../schema/averaging.ts';
import type { Averaging, TrainOptions } from './train-options.ts';

export const partIn = (
  { rank, size, rows, epochsPerRound }: Team,
  participant: string,
  exchange: Averaging['exchange'],
): Pick<TrainOptions, 'averaging' | 'shard'> => ({
  averaging: { participant, epochsPerRound, exchange },
  ...(rows === 'shards' && { shard: { index: rank, of: size } }),
});

/** Whether it uploads the model that comes of it, which all have in common. */
export const isKeptBy = (team: Team | null): boolean => !team || team.rank === 0;

/** Whether it learns from rows that only the tab where it trains has. */
export const hasOwnRows = (team: Team | null): boolean => team?.rows === 'private' && team.rank > 0;
