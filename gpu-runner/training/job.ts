/**
 * The child: one process, one training. It finds what to train with, reads the dataset, trains, and tells the supervisor of it. It
 * ends when the supervisor lets go of it, and so never outlives one.
 */
import { readFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { loadDatasetWith } from '../../shared/data/load-dataset.ts';
import type { Average, Update } from '../../shared/federated/round.ts';
import { savesWhenStopped } from '../../shared/train/events.ts';
import { partIn } from '../../shared/train/part-in.ts';
import type { Wishes } from '../../shared/train/train-options.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { decodeInThreads } from '../decode/decode-in-threads.ts';
import { findExecutors } from '../executors.ts';
import { describeFailure } from './failure.ts';
import type { FromChild, JobEnding, JobOrder, ToChild } from './job-messages.ts';

const wishes: Wishes = {};
/** Of the round that it waits for the end of. */
let goOnFrom: (average: Average) => void = () => {};

process.on('disconnect', () => process.exit());
process.on('message', (message: ToChild) => {
  if (message.type === 'average') goOnFrom(message.average);
  else if (message.type !== 'start') wishes[message.type] = true;
  else
    train(message.order)
      .catch((error): JobEnding => {
        process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
        return { type: 'failed', ...describeFailure(error) };
      })
      .then(send);
});
// Ctrl-C reaches the whole group; what to do about it is the supervisor's to say.
process.on('SIGINT', () => {});

async function train({
  spec,
  dataset,
  datasetPath,
  checkpoint,
  weights,
  run,
  team,
}: JobOrder): Promise<JobEnding> {
  const { format, profile } = dataset;
  // The threads decode while this one loads libtensorflow.
  const [table, executors] = await Promise.all([
    loadDatasetWith(decodeInThreads, await readFile(datasetPath), format, profile),
    findExecutors(),
  ]);
  const training = trainPipeline(executors, {
    spec,
    table,
    datasetSha256: dataset.sha256,
    weights,
    wishes,
    ...(checkpoint ? { checkpoint } : {}),
    ...(team && partIn(team, run, exchange)),
  });
  try {
    for (;;) {
      const { done, value } = await training.next();
      if (done) return { type: 'done', result: value };
      if (value.type === 'stopped') return { type: 'stopped' };
      await send({ type: 'event', event: value });
      await turn(); // libtensorflow's calls are synchronous: without this no message would ever come in
      // what comes before and after the training itself saves nothing
      if (wishes.stop && value.type === 'progress' && !savesWhenStopped(value.progress.phase))
        return { type: 'stopped' };
    }
  } finally {
    await training.return(undefined as never);
  }
}

async function exchange(update: Update): Promise<Average> {
  const average = new Promise<Average>((goOn) => {
    goOnFrom = goOn;
  });
  await send({ type: 'exchange', update });
  return average;
}

/** Resolves once the message is on its way, so that a fast training does not pile them up. */
function send(message: FromChild): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, {}, (error) => (error ? reject(error) : resolve()));
  });
}
