/** Publishes a model version as an endpoint: a new one, or one that is there and now serves this version. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Radio } from 'lucide-react';
import { useState } from 'react';
import { putEndpoint } from '../../shared/api/routes/endpoints.ts';
import type { Endpoint } from '../../shared/schema/endpoint.ts';
import { Name } from '../../shared/schema/id.ts';
import type { Precision } from '../../shared/schema/precision.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/control.tsx';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import styles from './page.module.css';
import { PrecisionChoice } from './precision-choice.tsx';

export function PublishButton(props: {
  project: string;
  model: string;
  modelVersion: string;
  quiet?: boolean;
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look={props.quiet ? 'plain' : 'primary'} onClick={() => setOpen(true)}>
        <Radio size={15} aria-hidden /> Publish
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Publish as an endpoint"
        text="It answers predictions at once, at an address of its own."
      >
        <PublishForm {...props} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function PublishForm(props: { project: string; model: string; modelVersion: string; onClose: () => void }) {
  const [name, setName] = useState(props.model);
  const [precision, setPrecision] = useState<Precision>('float32');
  const { data: model } = useQuery(queries.model(props.project, props.model));
  const precisions = model?.versions.find(({ id }) => id === props.modelVersion)?.precisions;
  const { data: endpoints } = useQuery(queries.endpoints(props.project));
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      api().call(putEndpoint, {
        params: { endpoint: name },
        body: { deployments: [{ modelVersion: props.modelVersion, traffic: 100, precision }] },
      }),
    onSuccess: async (endpoint) => {
      cache.setQueryData(queries.endpoint(endpoint.name).queryKey, endpoint);
      for (const key of ['endpoints', 'project', 'projects'])
        void cache.invalidateQueries({ queryKey: [key] });
      toast.done(`${endpoint.name} is live`);
      await navigate({
        to: '/projects/$project/endpoints/$endpoint',
        params: { project: props.project, endpoint: endpoint.name },
      });
    },
  });
  const fault = Name.safeParse(name).error?.issues[0]?.message;
  const present = endpoints?.find((endpoint) => endpoint.name === name);

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        mutate();
      }}
    >
      <TextField
        label="Endpoint name"
        value={name}
        onValueChange={setName}
        error={fault}
        hint={
          present
            ? `It is there already and serves ${served(present)}; all its traffic will go to this version.`
            : `Predictions at /v1/endpoints/${name}/predict`
        }
      />
      {precisions && <PrecisionChoice measured={precisions} value={precision} onChange={setPrecision} />}
      {error && <ErrorNote error={error} />}
      <DialogButtons>
        <Button look="quiet" onClick={props.onClose}>
          Cancel
        </Button>
        <Button look="primary" type="submit" busy={isPending} disabled={fault !== undefined}>
          {present ? 'Replace' : 'Publish'}
        </Button>
      </DialogButtons>
    </form>
  );
}

function served({ deployments, graph }: Endpoint): string {
  if (graph) return 'a graph of models';
  const { name, version } = deployments[0]!.modelVersion;
  return `${name} v${version}`;
}
