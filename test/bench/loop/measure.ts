/**
 * Steps a second of a whole training (shuffled, augmented and dropped rows, metrics, validation, checkpoints, reports) from its first
 * report until the finished model is measured, and of the bare step: the same model without augmentation on the same executor, its rows resident, nothing asked of it but
 * the loss. Both are warm: what an executor compiles at its first step is none of the loop's.
 */
import { modelShapeOf } from '../../../shared/artifact/model-shape.ts';
import type { Candidate } from '../../../shared/executors/choose/candidate.ts';
import type { Executor } from '../../../shared/executors/executor.ts';
import { flatten, WEIGHTS } from '../../../shared/graph/flat-parameters.ts';
import { OFFSET, ORDER, rowsOf, withResidentRows } from '../../../shared/graph/resident-rows.ts';
import { trainStep } from '../../../shared/graph/train-step.ts';
import { initParameters } from '../../../shared/model/init-parameters.ts';
import { blockOf } from '../../../shared/model/model-spec.ts';
import { traceLoss, traceModel } from '../../../shared/model/trace-model.ts';
import { prepareRows } from '../../../shared/train/prepare-rows.ts';
import { trainPipeline } from '../../../shared/train/train-pipeline.ts';
import { CASES, type CaseName, type LoopCase } from './cases.ts';

export interface LoopRates {
  /** Steps a second. */
  whole: number;
  bare: number;
  /** Of the whole, how much longer or shorter it took than was estimated after a tenth of it: 0.1 is 10 % longer. */
  estimate: number;
}

export async function measureLoop(name: CaseName, executor: Executor, rounds = 2): Promise<LoopRates[]> {
  const one = CASES[name]();
  const bare = await bareStep(one, executor);
  const rates: LoopRates[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      // the order turns round
      const bareFirst = round % 2 === 0 ? await bare.rate() : null;
      const whole = await wholeTraining(one, executor);
      rates.push({ ...whole, bare: bareFirst ?? (await bare.rate()) });
    }
    return rates;
  } finally {
    bare.dispose();
  }
}

async function wholeTraining({ spec, table }: LoopCase, executor: Executor) {
  const candidate: Candidate = { name: executor.name, device: 'bench', start: async () => executor };
  const training = trainPipeline([candidate], { spec, table, datasetSha256: '0'.repeat(64) });
  let begun: { step: number; at: number } | null = null;
  let guess: { ms: number; at: number } | null = null;
  let end = 0;
  let next = await training.next();
  for (; !next.done; next = await training.next()) {
    const event = next.value;
    if (event.type !== 'progress') continue;
    const { phase, step, totalSteps, etaMs } = event.progress;
    if (begun && phase !== 'training') end ||= performance.now();
    if (phase !== 'training') continue;
    begun ??= { step, at: performance.now() };
    if (!guess && etaMs !== null && step >= totalSteps / 10) guess = { ms: etaMs, at: performance.now() };
  }
  const estimate = guess ? (performance.now() - guess.at) / guess.ms - 1 : Number.NaN;
  return { whole: (1000 * (next.value.steps - begun!.step)) / (end - begun!.at), estimate };
}

/** Timed for about a second. */
const BARE_MS = 1000;

async function bareStep({ spec, table }: LoopCase, executor: Executor) {
  const preparing = prepareRows(spec, table, { type: 'metrics', points: [] });
  let next = await preparing.next();
  while (!next.done) next = await preparing.next();
  const { train, fitted } = next.value;
  const { batchSize: batch, optimizer, seed } = spec.training;
  const model = spec.model.filter((entry) => !blockOf(entry).trainingOnly);
  const shape = modelShapeOf(fitted);
  const target = { shape: [], dtype: 'int32' } as const;
  const loss = traceLoss(model, { ...shape, batch, training: true, seed, task: spec.task, target });
  const orderLength = Math.floor(train.count / batch) * batch;
  const step = trainStep(withResidentRows(loss, { rows: train.count, orderLength }), optimizer);
  const first = initParameters(traceModel(model, { ...shape, batch, training: false }), seed);
  const program = await executor.compile(
    step.graph,
    new Map([
      [WEIGHTS, { shape: [step.layout.size], data: flatten(step.layout, first) }],
      [rowsOf('x'), { shape: [train.count, ...train.features.shape], data: train.features.data }],
      [rowsOf('target'), { shape: [train.count], data: train.target!.data }],
      [ORDER, { shape: [orderLength], data: Int32Array.from({ length: orderLength }, (_, i) => i) }],
    ]),
  );
  let done = 0;
  const run = async (count: number) => {
    const rate = Float32Array.from({ length: count }, (_, i) => step.scalars(done + i + 1).rate!);
    const offset = Int32Array.from({ length: count }, (_, i) => ((done + i) * batch) % orderLength);
    await program.steps(count, { rate, [OFFSET]: offset });
    done += count;
  };
  await run(1);
  return {
    async rate(): Promise<number> {
      const start = performance.now();
      const before = done;
      for (let count = 1; performance.now() - start < BARE_MS; count = Math.min(2 * count, 256))
        await run(count);
      return (1000 * (done - before)) / (performance.now() - start);
    },
    dispose: () => program.dispose(),
  };
}
