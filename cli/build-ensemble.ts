/** The best models of a search put together, where their weighted mean is better than the best of them alone. */
import { AppError } from '../shared/errors.ts';
import { checkGraph } from '../shared/inference-graph/check-graph.ts';
import { modelOfStep } from '../shared/inference-graph/endpoint-face.ts';
import type { DatasetVersion } from '../shared/schema/dataset.ts';
import { InferenceGraph, ROOT } from '../shared/schema/inference-graph.ts';
import type { MetricName } from '../shared/schema/metric.ts';
import type { SweepDetail } from '../shared/schema/sweep-view.ts';
import type { Task } from '../shared/schema/task.ts';
import { type Ensemble, selectEnsemble } from '../shared/tune/ensemble.ts';
import { ensembleCandidates } from '../shared/tune/ensemble-candidates.ts';
import type { Context } from './context.ts';
import { formatNumber, formatTable } from './format.ts';
import { type JudgedTrial, judgeTrials } from './judge-trials.ts';
import { createProgress } from './progress.ts';

export interface BuiltEnsemble {
  /** Why it is not used; null where it is. */
  reason: string | null;
  metric: MetricName;
  /** Validation rows that it was chosen by. */
  rows: number;
  /** Of the ensemble and of the best model alone, on rows held out of either's choice. */
  heldOut: Ensemble['heldOut'] | null;
  members: {
    trial: number;
    template: string | null;
    model: { name: string; version: number };
    share: number;
  }[];
  /** What an endpoint serves it by. */
  graph: InferenceGraph | null;
}

export async function buildEnsemble(
  context: Context,
  detail: SweepDetail,
  { dataset, task, seed }: { dataset: DatasetVersion; task: Task; seed: number },
): Promise<BuiltEnsemble> {
  const { metric } = detail.objectives[0]!;
  const without = (reason: string, rows = 0): BuiltEnsemble => ({
    ...{ reason, metric, rows, heldOut: null, members: [], graph: null },
  });
  if (task !== 'classification' && task !== 'regression')
    return without(`answers of ${task} have no mean; those of classification and regression have`);
  const candidates = ensembleCandidates(detail);
  if (candidates.length < 2) return without('the search has one model only');
  const { rows, trials } = await judgeTrials(context, dataset, candidates);
  if (trials.length < 2)
    return without('fewer than two of its models can be judged by the same rows', rows.length);

  const progress = createProgress();
  progress.show(null, 'choosing', `among ${trials.length} models, by ${rows.length} rows`);
  const { weights, heldOut, helps } = selectEnsemble(
    trials.map(({ trial, outcome }) => ({ name: String(trial.number), outcome })),
    { metric, seed },
  );
  progress.clear();
  const members = trials
    .map((one) => ({ ...one, share: weights[one.trial.number] ?? 0 }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
  const graph = members.length > 1 ? graphOf(members) : null;
  const reason =
    members.length < 2
      ? 'no mean of its models is better than the best alone'
      : helps
        ? problemOf(graph!, members)
        : `on rows held out of the choice, ${inWords(metric, heldOut)}`;
  return {
    ...{ reason, metric, rows: rows.length, heldOut },
    members: members.map(({ trial, version: { name, version }, share }) => ({
      ...{ trial: trial.number, template: trial.template, model: { name, version }, share },
    })),
    graph: reason === null ? graph : null,
  };
}

/** One node of all members, each with its share as its weight. */
function graphOf(members: readonly (JudgedTrial & { share: number })[]): InferenceGraph {
  const steps = members.map(({ trial, version: { name, version }, share }) => ({
    name: `${trial.template ?? 'trial'}-${version}`,
    ...{ model: name, version, weight: share },
  }));
  return InferenceGraph.parse({ nodes: { [ROOT]: { type: 'ensemble', steps } } });
}

/** Why no endpoint could serve it: models that take one column as different things. */
function problemOf(graph: InferenceGraph, members: readonly JudgedTrial[]): string | null {
  const versions = members.map(({ version }) => version);
  try {
    checkGraph(graph, (step) => modelOfStep(versions, step));
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `one endpoint cannot serve its models together: ${error.message}`;
  }
}

const inWords = (metric: MetricName, { ensemble, single }: Ensemble['heldOut']): string =>
  `${metric} ${formatNumber(ensemble)}, the best model alone ${formatNumber(single)}`;

export function formatEnsemble({ reason, metric, heldOut, members }: BuiltEnsemble): string {
  if (reason !== null) return `no ensemble: ${reason}`;
  return [
    `ensemble of ${members.length}, on rows held out of the choice: ${inWords(metric, heldOut!)}`,
    formatTable(
      ['share', 'trial', 'model', 'what'],
      members.map(({ share, trial, model, template }) => [
        `${Math.round(100 * share)} %`,
        String(trial),
        `${model.name}@${model.version}`,
        template ?? '',
      ]),
    ),
  ].join('\n');
}
