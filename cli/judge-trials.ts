/** What the models of a search say of the validation rows of its data, worked out on this machine as their endpoint would. */
import type { Client } from '../shared/api/client.ts';
import { getDatasetContent } from '../shared/api/routes/datasets.ts';
import { getModelArtifact, getModelVersion } from '../shared/api/routes/models.ts';
import { decodeArtifact } from '../shared/artifact/artifact.ts';
import { loadDatasetWith } from '../shared/data/load-dataset.ts';
import type { Table } from '../shared/data/table.ts';
import { canonicalJson } from '../shared/definition/canonical.ts';
import { AppError } from '../shared/errors.ts';
import type { DatasetVersion } from '../shared/schema/dataset.ts';
import type { ModelVersion } from '../shared/schema/model.ts';
import type { SweepTrial } from '../shared/schema/sweep-view.ts';
import { validationOutcome, validationRows } from '../shared/train/validation-outcome.ts';
import type { Member } from '../shared/tune/ensemble.ts';
import type { Output } from './output.ts';
import { createProgress, type Progress } from './progress.ts';
import { startWasm } from './start-wasm.ts';

export interface JudgedTrial extends Pick<Member, 'outcome'> {
  trial: SweepTrial;
  version: ModelVersion;
}

export interface Judged {
  /** Where the rows stand in the data, in the order of the outcomes. */
  rows: Uint32Array;
  trials: JudgedTrial[];
}

/** `trials`: with a model each. Those that cannot be judged by the rows of the first are left out with a remark. */
export async function judgeTrials(
  { client, output }: { client: Client; output: Pick<Output, 'note'> },
  dataset: DatasetVersion,
  trials: readonly SweepTrial[],
): Promise<Judged> {
  const progress = createProgress();
  const judged: Judged = { rows: new Uint32Array(), trials: [] };
  try {
    const table = await readTable(client, dataset, progress);
    const executor = await startWasm();
    for (const [i, trial] of trials.entries()) {
      const show = (share: number) =>
        progress.show((i + share) / trials.length, 'predicting', `validation rows, by trial ${trial.number}`);
      show(0);
      try {
        await judge(trial, table, executor, show);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        progress.clear();
        output.note(`trial ${trial.number} is left out of the ensemble: ${error.message}`);
      }
    }
    return judged;
  } finally {
    progress.clear();
  }

  async function judge(
    trial: SweepTrial,
    table: Table,
    executor: Awaited<ReturnType<typeof startWasm>>,
    show: (share: number) => void,
  ): Promise<void> {
    const params = { version: trial.modelVersion! };
    const version = await client.call(getModelVersion, { params });
    const response = await client.call(getModelArtifact, { params });
    const artifact = decodeArtifact(await response.bytes(), version.artifact);
    const part = validationRows(artifact.spec, table);
    const [first] = judged.trials;
    if (first && !isSame(part.places, judged.rows))
      throw new AppError('conflict', `it was validated by other rows than trial ${first.trial.number}`);
    if (first && canonicalJson(version.output) !== canonicalJson(first.version.output))
      throw new AppError('conflict', `it answers in other classes than trial ${first.trial.number}`);
    const outcomes = validationOutcome(artifact, executor, part);
    let next = await outcomes.next();
    for (; !next.done; next = await outcomes.next()) show(next.value / part.rows.length);
    judged.rows = part.places;
    judged.trials.push({ trial, version, outcome: next.value });
  }
}

async function readTable(
  client: Client,
  { id, name, format, profile }: DatasetVersion,
  progress: Progress,
): Promise<Table> {
  const show = (share: number | null) => progress.show(share, 'reading', name);
  show(null);
  const response = await client.call(getDatasetContent, { params: { version: id } });
  const decodeAll: Parameters<typeof loadDatasetWith>[0] = async (examples) =>
    examples.map((example, i) => {
      show(i / examples.length);
      return example.decode();
    });
  return loadDatasetWith(decodeAll, await response.bytes(), format, profile);
}

const isSame = (a: Uint32Array, b: Uint32Array): boolean =>
  a.length === b.length && a.every((row, i) => row === b[i]);
