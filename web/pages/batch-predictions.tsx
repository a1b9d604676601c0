/** Predicts every row of a data set at an endpoint: choose one, watch it, cancel it, take its rows with their predictions away. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, Table2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { cancelBatch, createBatch, getBatchOutput } from '../../shared/api/routes/predictions.ts';
import { missingColumns } from '../../shared/batch/row-instances.ts';
import type { InputField } from '../../shared/schema/prediction.ts';
import {
  type BatchFormat,
  type BatchPlace,
  type BatchPrediction,
  isOver,
  type PredictionState,
} from '../../shared/schema/prediction-job.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { ProgressBar, Select } from '../ui/control.tsx';
import { offerDownload } from '../ui/download.ts';
import { count, duration, plural } from '../ui/format.ts';
import { Badge, Card, Empty, ErrorNote, Note, Skeleton, type Tone } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import styles from './page.module.css';

const FORMATS = [
  { value: 'csv', label: 'CSV' },
  { value: 'jsonl', label: 'JSON lines' },
] as const;

const PLACES = [
  { value: 'edge', label: 'The edge' },
  { value: 'runner', label: 'A runner', note: 'for much data, or a large model' },
] as const;

interface Batching {
  project: string;
  endpoint: string;
  inputs: readonly InputField[];
}

export function BatchPredictions(props: Batching) {
  const { endpoint } = props;
  const { data: batches, error, refetch } = useQuery(queries.batches(endpoint));
  return (
    <Card title="Predict a data set" hint="Every row, picture or sound of it, with its prediction beside it.">
      <div className={styles.form}>
        <BatchForm {...props} />
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!batches && !error && <Skeleton height="3rem" />}
        {batches?.map((batch) => (
          <BatchRow key={batch.id} batch={batch} />
        ))}
      </div>
    </Card>
  );
}

function BatchForm({ project, endpoint, inputs }: Batching) {
  const { data: datasets, error } = useQuery(queries.datasets(project));
  const [chosen, setChosen] = useState<string | null>(null);
  const [format, setFormat] = useState<BatchFormat>('csv');
  const [on, setOn] = useState<BatchPlace>('edge');
  const cache = useQueryClient();
  const begin = useMutation({
    mutationFn: (datasetVersion: string) =>
      api().call(createBatch, { params: { endpoint }, body: { datasetVersion, on, format } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: queries.batches(endpoint).queryKey }),
  });
  if (error) return <ErrorNote error={error} />;
  if (!datasets) return <Skeleton height="3rem" />;
  const lacks = (names: readonly string[]) => missingColumns(inputs, names);
  const fit = datasets.filter(
    ({ latest }) => lacks(latest.profile.columns.map(({ name }) => name)).length === 0,
  );
  if (fit.length === 0)
    return (
      <Empty
        icon={<Table2 size={20} />}
        title="No data set fits yet"
        action={
          <ButtonLink look="primary" to="/projects/$project/datasets" params={{ project }}>
            Add a data set
          </ButtonLink>
        }
      >
        Upload what shall be predicted. The model needs{' '}
        {lacks([])
          .map((name) => `“${name}”`)
          .join(', ')}
        .
      </Empty>
    );
  const version = chosen ?? fit[0]!.latest.id;

  function submit(event: FormEvent) {
    event.preventDefault();
    begin.mutate(version);
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.fields}>
        <Select
          label="Data set"
          value={version}
          options={fit.map(({ name, latest }) => ({
            value: latest.id,
            label: `${name} v${latest.version}`,
            note: plural(latest.profile.rows, 'row'),
          }))}
          onValueChange={setChosen}
        />
        <Select label="Predicted by" value={on} options={PLACES} onValueChange={setOn} />
        <Select label="Result as" value={format} options={FORMATS} onValueChange={setFormat} />
      </div>
      <div className={styles.actions}>
        <Button look="primary" type="submit" busy={begin.isPending}>
          Predict all rows
        </Button>
      </div>
      {begin.error && <ErrorNote error={begin.error} title="The data set was not taken" />}
    </form>
  );
}

function BatchRow({ batch }: { batch: BatchPrediction }) {
  const { dataset, model, on, rows, state, failures, error } = batch;
  const name = `${dataset.name} v${dataset.version} by ${model.name} v${model.version}`;
  return (
    <section className={styles.form} aria-label={name}>
      <div className={styles.head}>
        <div>
          <div className={styles.title}>
            <strong>{name}</strong>
            <Badge tone={TONES[state]} dot>
              {state}
            </Badge>
            {isOver(state) && <span className="muted">{plural(rows.done, 'row')}</span>}
            {on === 'runner' && <span className="muted">on a runner</span>}
          </div>
        </div>
        <div className={styles.actions}>
          {state === 'succeeded' && <DownloadButton batch={batch} />}
          {!isOver(state) && <CancelButton batch={batch} />}
        </div>
      </div>
      {!isOver(state) && (
        <ProgressBar label="Rows" share={rows.done / rows.total} note={progressNote(batch)} />
      )}
      {error && (
        <Note tone="error" title="It failed">
          {error.message}
        </Note>
      )}
      {rows.failed > 0 && (
        <Note tone="warn" title={`${plural(rows.failed, 'row')} without a prediction`}>
          {failures
            .slice(0, 3)
            .map(({ row, message }) => `Row ${count(row)}: ${message}`)
            .join('. ')}
          {rows.failed > 3 && `; and ${count(rows.failed - 3)} more`}. The column “error” says why.
        </Note>
      )}
    </section>
  );
}

const TONES: Record<PredictionState, Tone> = {
  queued: 'neutral',
  running: 'live',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'neutral',
};

function progressNote({ rows, msLeft, on, state }: BatchPrediction): string {
  const then =
    on === 'runner' && state === 'queued'
      ? ' · waits for a runner'
      : msLeft === null
        ? ''
        : ` · ${duration(msLeft)} left`;
  return `${count(rows.done)} of ${count(rows.total)}${then}`;
}

function CancelButton({ batch: { endpoint, id } }: { batch: BatchPrediction }) {
  const cache = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => api().call(cancelBatch, { params: { endpoint, batch: id } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: queries.batches(endpoint).queryKey }),
    onError: (error) => toast.failed(error, 'It was not cancelled'),
  });
  return (
    <Button look="quiet" busy={isPending} onClick={() => mutate()}>
      Cancel
    </Button>
  );
}

/** A link would not carry the token, so the page fetches the rows and hands them over. */
function DownloadButton({ batch: { endpoint, id, dataset, format } }: { batch: BatchPrediction }) {
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      const response = await api().call(getBatchOutput, { params: { endpoint, batch: id } });
      offerDownload(`${dataset.name}-predicted.${format}`, await response.blob());
    },
    onError: (error) => toast.failed(error, 'The rows were not fetched'),
  });
  return (
    <Button busy={isPending} onClick={() => mutate()}>
      <Download size={15} aria-hidden /> Download
    </Button>
  );
}
