/** Keeps a definition, makes a run of it, starts that where it was wished for, and shows it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type * as z from 'zod';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import type { AveragingOptions } from '../../shared/schema/averaging.ts';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import { api } from '../session.ts';
import { attemptsOf } from '../train/backends.ts';
import { startTabTraining } from '../train/tab-training.ts';
import type { PlaceChoice, useBackends } from './place-picker.tsx';

export function useStartRun({
  project,
  version,
  target,
  pipelineName,
  modelName,
  place,
  averaging,
  backends,
}: {
  project: string;
  version: DatasetVersion;
  target: string;
  pipelineName: string;
  modelName: string;
  place: PlaceChoice;
  /** Undefined: it is trained by one alone. */
  averaging: z.input<typeof AveragingOptions> | undefined;
  backends: ReturnType<typeof useBackends>;
}) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (spec: PipelineSpec) => {
      const pipeline = await api().call(putPipeline, {
        params: { project, pipeline: pipelineName },
        body: spec,
      });
      return api().call(createRun, {
        params: { project },
        body: {
          datasetVersion: version.id,
          pipelineVersion: pipeline.id,
          model: modelName,
          on: place === 'runner' ? 'runner' : 'browser',
          name: `${version.name} · ${target}`,
          averaging,
        },
      });
    },
    onSuccess: async (run) => {
      for (const key of ['project', 'projects', 'runs', 'pipelines'])
        void cache.invalidateQueries({ queryKey: [key] });
      if (run.on === 'browser') startTabTraining(project, run.id, attemptsOf(backends ?? [], place));
      await navigate({ to: '/projects/$project/runs/$run', params: { project, run: run.id } });
    },
  });
}
