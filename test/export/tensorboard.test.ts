/** TensorBoard's own reader on the files that a runner writes; skips where Python cannot have it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openEventLog } from '../../gpu-runner/training/tensorboard/event-log.ts';
import type { CurveName, MetricPoint, Split } from '../../shared/schema/metric.ts';
import { findPython } from '../helpers/python.ts';

const READ = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
def read(split):
    events = EventAccumulator(f"{sys.argv[1]}/{split}")
    events.Reload()
    scalars = {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
    texts = {tag: events.Tensors(tag)[0].tensor_proto.string_val[0].decode() for tag in events.Tags()["tensors"]}
    return {"scalars": scalars, "texts": texts}
print(json.dumps({split: read(split) for split in ("train", "validation")}))
`;

const curve = (split: Split, name: CurveName, entries: readonly [number, number][]): MetricPoint[] =>
  entries.map(([step, value]) => ({ step, epoch: step / 10, split, name, value }));

it('reads a run that crashed and went on from its checkpoint, each step once', async ({ skip }) => {
  const modules = ['tensorboard'];
  const python = await findPython({ packages: modules, modules }).catch((error: Error) => error);
  if (python instanceof Error) return skip(`no TensorBoard for Python (${python.message.split('\n')[0]})`);
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-tensorboard-'));
  try {
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const attempts = [
      [
        ...curve('train', 'loss', [
          [10, 0.5],
          [20, 0.25],
          [30, 9],
        ]),
        ...curve('train', 'learning-rate', [
          [10, 2],
          [20, 2],
          [30, 2],
        ]),
        ...curve('validation', 'accuracy', [
          [10, 0.5],
          [20, 0.75],
        ]),
      ],
      [
        ...curve('train', 'loss', [
          [30, 0.125],
          [40, 0.0625],
        ]), // the checkpoint was of step 20
        ...curve('train', 'learning-rate', [
          [30, 1],
          [300, 1],
        ]),
        ...curve('validation', 'accuracy', [[30, 1]]),
      ],
    ];
    for (const points of attempts) {
      const log = openEventLog({ folder: join(folder, 'run'), definition: { kind: 'any' }, onError });
      log.add(points);
      await log.close();
    }
    expect(errors).toEqual([]);
    const { stdout } = await promisify(execFile)(python, ['-c', READ, join(folder, 'run')]);
    expect(JSON.parse(stdout)).toEqual({
      train: {
        scalars: {
          loss: [
            [10, 0.5],
            [20, 0.25],
            [30, 0.125],
            [40, 0.0625],
          ],
          'learning-rate': [
            [10, 2],
            [20, 2],
            [30, 1],
            [300, 1],
          ],
        },
        texts: { definition: '```json\n{\n  "kind": "any"\n}\n```' },
      },
      validation: {
        scalars: {
          accuracy: [
            [10, 0.5],
            [20, 0.75],
            [30, 1],
          ],
        },
        texts: {},
      },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
