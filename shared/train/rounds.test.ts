/** Trainings that are averaged in rounds: several in this program, as they would be in several. */
import { describe, expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { createMeeting } from '../federated/meeting.ts';
import type { Update } from '../federated/round.ts';
import { type Rules, roundsOf } from '../federated/rules.ts';
import { ModelSpec } from '../model/model-spec.ts';
import { stepsAt } from './checkpoint.ts';
import type { TrainEvent, TrainResult } from './events.ts';
import { fitRows } from './prepare-rows.ts';
import { cloudsSpec, cloudsTable, finish } from './train-fixtures.ts';
import type { Averaging, TrainOptions, Wishes } from './train-options.ts';
import { trainPipeline } from './train-pipeline.ts';

const base = { table: cloudsTable(), datasetSha256: 'a'.repeat(64) };
const sgd = { type: 'sgd', learningRate: 0.1, momentum: 0 } as const;
const { training } = cloudsSpec();
const spec = (change: Partial<NetworkPipeline['training']> = {}, model: unknown[] = []) =>
  cloudsSpec({
    model: ModelSpec.parse([{ type: 'dense', units: 8, activation: 'tanh' }, ...model]),
    training: { ...training, epochs: 4, earlyStopping: null, ...change },
  });

type Order = Partial<TrainOptions> & { spec: NetworkPipeline };
const train = (order: Order, onEvent?: (event: TrainEvent) => void) =>
  finish(trainPipeline([plainCandidate('test')], { ...base, ...order }), onEvent);
const weightsOf = ({ artifact }: TrainResult) =>
  [...decodeArtifact(artifact).parameters.values()].flatMap(({ data }) => [...data]);

function meetingOf(spec: NetworkPipeline, epochsPerRound: number, rules: Partial<Rules> = {}) {
  const { exchange } = createMeeting({
    ...{ participants: 2, quorum: 2, deadlineMs: 60_000, ...roundsOf(spec.training, epochsPerRound) },
    ...rules,
  });
  const told: Update[] = [];
  const averaging = (index: number): Averaging => ({
    participant: `p${index}`,
    epochsPerRound,
    exchange(update) {
      told.push(update);
      return exchange(update);
    },
  });
  return { told, of: (index: number) => ({ averaging: averaging(index), shard: { index, of: 2 } }) };
}

/** Both participants to their end, with what they said. */
async function together(spec: NetworkPipeline, epochsPerRound: number, rules?: Partial<Rules>) {
  const meeting = meetingOf(spec, epochsPerRound, rules);
  const results = await Promise.all([0, 1].map((index) => train({ spec, ...meeting.of(index) })));
  return { told: meeting.told, results };
}

describe('an averaged training', () => {
  it('of two with one step of plain SGD a round moves as one batch of all their rows', async () => {
    // 54 training rows: one batch, or one of 27 at each of two
    const whole = await train({ spec: spec({ batchSize: 54, optimizer: sgd }) });
    const { results, told } = await together(spec({ batchSize: 27, optimizer: sgd }), 1);
    expect(told.map(({ rows }) => rows)).toEqual(told.map(() => 27));
    expect(Math.max(...told.map(({ round }) => round))).toBe(4);
    weightsOf(results[0]!).forEach((weight, i) => {
      expect(Math.abs(weight - weightsOf(whole)[i]!)).toBeLessThan(1e-6);
    });
    expect(results[0]!.sha256).toBe(results[1]!.sha256);
    expect(results[0]!.metrics).toEqual(whole.metrics);
  });

  it('averages the moving statistics of batch norm too, and ends alike everywhere', async () => {
    const { results, told } = await together(spec({ optimizer: sgd }, [{ type: 'batch-norm' }]), 0.5);
    expect(told[0]!.statistics).toBe(2 * 8);
    const tail = ({ weights }: Update) => [...weights.subarray(-16)];
    const last = told.filter(({ round }) => round === 8);
    expect(tail(last[0]!)).not.toEqual(tail(last[1]!));
    const [kept] = results.map(({ artifact }) => decodeArtifact(artifact).parameters);
    const statistics = [...kept!]
      .filter(([name]) => /moving/.test(name))
      .flatMap(([, { data }]) => [...data]);
    statistics.forEach((value, i) => {
      expect(value).toBeCloseTo((tail(last[0]!)[i]! + tail(last[1]!)[i]!) / 2, 6);
    });
    expect(results[0]!.sha256).toBe(results[1]!.sha256);
  });

  it('ends early for all at once, with the weights whose mean loss was least', async () => {
    // so fast that it overshoots
    const fast = spec({
      epochs: 40,
      earlyStopping: { patience: 3 },
      optimizer: { type: 'sgd', learningRate: 3, momentum: 0.9 },
    });
    const { results, told } = await together(fast, 1);
    expect(results[0]!.epochs).toBeLessThan(40);
    expect(results[0]!.sha256).toBe(results[1]!.sha256);
    const losses = told.flatMap(({ validation }) => (validation ? [validation.loss] : []));
    const best = told.find(({ validation }) => validation?.loss === Math.min(...losses))!;
    expect(results[0]!.epochs).toBe(best.round + 3);
    // what it is of is the mean of the round before
    const [one, other] = told.filter(({ round }) => round === best.round - 1).map(({ weights }) => weights);
    const kept = decodeArtifact(results[0]!.artifact).parameters;
    const bias = [...kept].find(([name]) => name.endsWith('bias'))![1].data;
    expect([...one!.map((weight, i) => (weight + other![i]!) / 2)].join()).toContain([...bias].join());
  });

  it('goes on without one who died in mid-round, who comes back to where the other is', async () => {
    const slow = spec({ epochs: 6, optimizer: sgd });
    const meeting = meetingOf(slow, 1, { quorum: 1, deadlineMs: 30 });
    let checkpoint: Uint8Array | undefined;
    const dying = trainPipeline([plainCandidate('test')], {
      ...{ ...base, spec: slow, checkpointMs: 0 },
      ...meeting.of(1),
    });
    const other = train({ spec: slow, ...meeting.of(0) });
    for (let next = await dying.next(); !next.done; next = await dying.next()) {
      if (next.value.type !== 'checkpoint') continue;
      checkpoint = next.value.bytes;
      break;
    }
    await dying.return(undefined as never);
    const alone = await other;
    const lastOf = (who: string) => meeting.told.filter(({ participant }) => participant === who).at(-1)!;
    expect(lastOf('p1').round).toBeLessThan(lastOf('p0').round);

    // all is over when it is back: it is told so, and has the same model
    const back = await train({ spec: slow, checkpoint: checkpoint!, ...meeting.of(1) });
    expect(weightsOf(back)).toEqual(weightsOf(alone));
    expect(back.steps).toBe(alone.steps);
  });

  it.each(['adam', 'sgd'] as const)(
    'with %s goes on from a checkpoint in mid-round as if never stopped',
    async (type) => {
      const optimizer =
        type === 'adam' ? { type, learningRate: 0.02 } : { type, learningRate: 0.1, momentum: 0.9 };
      // 27 rows in batches of 4: 7 steps an epoch, a round every second epoch
      const order = spec({ epochs: 6, batchSize: 4, optimizer, earlyStopping: { patience: 20 } }, [
        { type: 'dropout', rate: 0.2 },
      ]);
      const whole = await together(order, 2, { momentum: 0.5 });

      const meeting = meetingOf(order, 2, { momentum: 0.5 });
      const other = train({ spec: order, ...meeting.of(0) });
      const wishes: Wishes = {};
      let checkpoint: Uint8Array | undefined;
      const first = trainPipeline([plainCandidate('test')], {
        ...{ ...base, spec: order, checkpointMs: 0, wishes },
        ...meeting.of(1),
      });
      for (let next = await first.next(); !next.done; next = await first.next()) {
        if (next.value.type !== 'checkpoint') continue;
        checkpoint = next.value.bytes;
        if (stepsAt(checkpoint) === 21) break; // in the midst of the second round
      }
      await first.return(undefined as never);
      const resumed = await train({ spec: order, checkpoint: checkpoint!, ...meeting.of(1) });
      expect(resumed.sha256).toBe(whole.results[1]!.sha256);
      expect((await other).sha256).toBe(whole.results[0]!.sha256);
      await expect(train({ spec: order, checkpoint: checkpoint!, ...meeting.of(0) })).rejects.toThrow(
        'it belongs to another dataset',
      );
    },
  );

  it('stops while it waits for others, and is saved', async () => {
    const order = spec({ optimizer: sgd });
    const wishes: Wishes = { stop: true };
    const never = { participant: 'p0', epochsPerRound: 1, exchange: () => new Promise<never>(() => {}) };
    const events: string[] = [];
    const waiting = trainPipeline([plainCandidate('test')], {
      ...base,
      spec: order,
      wishes,
      averaging: never,
    });
    for (let next = await waiting.next(); !next.done; next = await waiting.next()) {
      events.push(next.value.type);
      if (next.value.type === 'stopped') break;
    }
    await waiting.return(undefined as never);
    expect(events.slice(-2)).toEqual(['checkpoint', 'stopped']);
  });

  it('of rows that no other sees takes features as they were fitted elsewhere', async () => {
    const order = spec({ epochs: 30, optimizer: { type: 'adam', learningRate: 0.02 } });
    const fitted = fitRows(order, cloudsTable(60));
    const tables = [cloudsTable(90), cloudsTable(120)];
    const meeting = meetingOf(order, 1);
    const results = await Promise.all(
      tables.map((table, index) => {
        const { averaging } = meeting.of(index);
        return train({ spec: order, table, fitted, averaging });
      }),
    );
    expect(new Set(meeting.told.map(({ rows }) => rows))).toEqual(new Set([54, 72]));
    expect(weightsOf(results[0]!)).toEqual(weightsOf(results[1]!));
    for (const { artifact, metrics } of results) {
      expect(decodeArtifact(artifact).fitted).toEqual(fitted);
      expect(metrics.test.accuracy).toBeGreaterThanOrEqual(0.85);
    }
  });

  it.each([
    [{ epochsPerRound: 0.3 }, spec(), 'averaging.epochsPerRound is 0.3'],
    [{}, spec({ reduceOnPlateau: { patience: 1, factor: 0.5 } }), 'training.reduceOnPlateau'],
  ])('refuses what cannot be: %#', async (change, spec, message) => {
    const averaging = { ...meetingOf(spec, 1).of(0).averaging, ...change };
    await expect(train({ spec, averaging })).rejects.toThrow(message);
  });

  it.each([
    [{ index: 2, of: 2 }, '2 of 2 is no part of 54 training rows'],
    [{ index: 0, of: 55 }, '0 of 55 is no part of 54 training rows'],
  ])('refuses the shard %o', async (shard, message) => {
    await expect(train({ spec: spec(), shard })).rejects.toThrow(message);
  });
});
