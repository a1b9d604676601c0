/** Goes on from a run's last checkpoint as a new run: for more epochs, or at another learning rate. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { GitFork } from 'lucide-react';
import { useState } from 'react';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import { isNetwork, type NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { Run } from '../../shared/schema/run.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { attemptsOf } from '../train/backends.ts';
import { startTabTraining } from '../train/tab-training.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/control.tsx';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/surface.tsx';
import styles from './page.module.css';
import { useBackends } from './place-picker.tsx';
import { asText, withNumbers } from './training-numbers.ts';

/** Nothing where the run's model has no epochs to add to. */
export function ContinueButton({ project, run }: { project: string; run: Run }) {
  const [open, setOpen] = useState(false);
  const { data: version } = useQuery(queries.pipelineVersion(run.pipelineVersion));
  if (!version || !isNetwork(version.spec)) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <GitFork size={15} aria-hidden /> Go on with it
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Go on from here"
        text="A new run begins with the weights as they are; this one stays as it is."
      >
        <ContinueForm
          project={project}
          run={run}
          pipeline={version.name}
          spec={version.spec}
          onClose={() => setOpen(false)}
        />
      </Dialog>
    </>
  );
}

function ContinueForm(props: {
  project: string;
  run: Run;
  pipeline: string;
  spec: NetworkPipeline;
  onClose: () => void;
}) {
  const { project, run, pipeline, spec, onClose } = props;
  const before = asText(spec);
  const [numbers, setNumbers] = useState({ ...before, epochs: String(2 * spec.training.epochs) });
  const backends = useBackends();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { spec: next, faults } = withNumbers(spec, numbers);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const params = { project, pipeline };
      const { id: pipelineVersion } = await api().call(putPipeline, { params, body: next! });
      const { datasetVersion, model, on, name, id: from } = run;
      const body = { datasetVersion, pipelineVersion, model, on, name: `${name} +`.slice(0, 100), from };
      return api().call(createRun, { params: { project }, body });
    },
    onSuccess: async (made) => {
      for (const key of ['project', 'projects', 'runs', 'pipelines'])
        void cache.invalidateQueries({ queryKey: [key] });
      if (made.on === 'browser') startTabTraining(project, made.id, attemptsOf(backends ?? []));
      onClose();
      await navigate({ to: '/projects/$project/runs/$run', params: { project, run: made.id } });
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        mutate();
      }}
    >
      <TextField
        label="Epochs in all"
        inputMode="decimal"
        value={numbers.epochs}
        hint={`The run was to have ${before.epochs}`}
        error={faults.epochs}
        onValueChange={(epochs) => setNumbers({ ...numbers, epochs })}
      />
      <TextField
        label="Learning rate"
        inputMode="decimal"
        value={numbers.learningRate}
        hint={`So far ${before.learningRate}`}
        error={faults.learningRate}
        onValueChange={(learningRate) => setNumbers({ ...numbers, learningRate })}
      />
      {error && <ErrorNote error={error} />}
      <DialogButtons>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" type="submit" busy={isPending} disabled={next === null}>
          Go on
        </Button>
      </DialogButtons>
    </form>
  );
}
