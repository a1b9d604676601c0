/** The contestant `HistGradientBoosting`: hist_gradient_boosting.py, given the rows that a definition's own pipeline makes. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Table } from '../../shared/data/table.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { type Prepared, prepareRows, type Rows } from '../../shared/train/prepare-rows.ts';
import { findPython } from '../helpers/python.ts';

const PACKAGES = { packages: ['scikit-learn'], modules: ['sklearn'] };

/** Accuracy, or R², on the test rows; `more` has learnt from the validation rows too. */
export interface PeerScores {
  same: number;
  same_s: number;
  more: number;
  more_s: number;
}

export async function startHistGradientBoosting() {
  const script = join(import.meta.dirname, 'hist_gradient_boosting.py');
  const child = spawn(await findPython(PACKAGES), [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async score(spec: PipelineSpec, table: Table): Promise<PeerScores> {
      const { train, validation, test } = await prepared(spec, table);
      const width = train.features.data.length / train.count;
      const parts = { train: asJson(train), validation: asJson(validation), test: asJson(test) };
      child.stdin.write(`${JSON.stringify({ task: spec.task, width, ...parts })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error('HistGradientBoosting ended; see above');
      return JSON.parse(value) as PeerScores;
    },
    close: () => child.stdin.end(),
  };
}

async function prepared(spec: PipelineSpec, table: Table): Promise<Prepared> {
  const preparing = prepareRows(spec, table, { type: 'metrics', points: [] });
  let next = await preparing.next();
  while (!next.done) next = await preparing.next();
  return next.value;
}

const asJson = ({ features: { data }, target }: Rows) => ({
  x: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
  y: [...target!.data],
});
