/** `train --auto`: a race of templates under a budget of time, and the best model of it, or several put together. */
import { getModelVersion } from '../shared/api/routes/models.ts';
import { createSweep } from '../shared/api/routes/sweeps.ts';
import type { PipelineSpec } from '../shared/definition/pipeline-spec.ts';
import type { DatasetVersion } from '../shared/schema/dataset.ts';
import { buildEnsemble, formatEnsemble } from './build-ensemble.ts';
import type { Context } from './context.ts';
import { followSweep, formatLeaderboard, requireFound } from './follow-sweep.ts';
import { formatMetrics } from './format.ts';
import { style } from './output.ts';
import { describeEndpoint, predictUrl, publish, publishGraph } from './publish.ts';

export interface AutoOptions {
  /** Seconds. */
  budget: number;
  deploy?: string;
  /** Whether several models may be put together. */
  ensemble: boolean;
  model?: string;
  seed?: number;
}

export async function trainAutomatically(
  context: Context,
  dataset: DatasetVersion,
  { target, task }: PipelineSpec,
  { budget, deploy, ensemble: wished, model = dataset.name, seed = 0 }: AutoOptions,
): Promise<void> {
  const { client, project, output } = context;
  const { id } = await client.call(createSweep, {
    params: { project },
    body: {
      name: `${target} of ${dataset.name}, automatically`,
      ...{ datasetVersion: dataset.id, model },
      search: { kind: 'templates', target, task, seconds: budget, seed },
    },
  });
  output.note(
    `${id}: ${task} of "${target}" on ${dataset.name}@${dataset.version}, for ${budget} s of training`,
  );
  const detail = await followSweep(context, id, ({ tried }) =>
    Math.min(1, tried.reduce((sum, { measures }) => sum + (measures?.trainingSeconds ?? 0), 0) / budget),
  );
  const best = requireFound(detail);
  const { name, version } = await client.call(getModelVersion, { params: { version: best.modelVersion! } });
  const ensemble = wished ? await buildEnsemble(context, detail, { dataset, task, seed }) : null;
  const alone = { modelVersion: best.modelVersion!, precision: 'float32' } as const;
  const put = (endpoint: string) =>
    ensemble?.graph
      ? publishGraph(context, endpoint, ensemble.graph)
      : publish(context, endpoint, alone, 100);
  const endpoint = deploy ? await put(deploy) : null;
  const answer = {
    sweep: id,
    model: { name, version },
    template: best.template,
    parameters: best.parameters,
    metrics: best.metrics!,
    leaderboard: detail.ranking.map((number) => detail.tried[number]!),
    ensemble,
    endpoint: endpoint && { name: endpoint.name, url: predictUrl(context, endpoint.name) },
  };
  output.result(answer, () =>
    [
      formatLeaderboard(detail),
      '',
      `${style('green', 'best')} ${style('bold', `${name}@${version}`)}, ${best.template}`,
      '',
      formatMetrics(best.metrics!),
      '',
      ...(ensemble ? [formatEnsemble(ensemble), ''] : []),
      endpoint
        ? describeEndpoint(context, endpoint)
        : ensemble?.graph
          ? `serve the ensemble with: echo '${JSON.stringify(ensemble.graph)}' | npx trainyard deploy --endpoint ${name} --graph -`
          : `serve it with: npx trainyard deploy ${name}@${version} --endpoint ${name}`,
    ].join('\n'),
  );
}
