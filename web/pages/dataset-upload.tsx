/** From files to a dataset: dropped or picked, looked at before anything is sent, named, uploaded with a way to cancel. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useReducer, useRef } from 'react';
import { MAX_DATASET_BYTES } from '../../shared/api/routes/datasets.ts';
import { AppError } from '../../shared/errors.ts';
import { isRowFormat } from '../../shared/schema/dataset.ts';
import { Name, toName } from '../../shared/schema/id.ts';
import { type Inspection, inspectFiles } from '../data/inspect.ts';
import { uploadDataset } from '../data/upload.ts';
import { Button } from '../ui/button.tsx';
import { ProgressBar, TextField } from '../ui/control.tsx';
import { DropZone, type PickedFile } from '../ui/drop-zone.tsx';
import { bytes, percent, plural } from '../ui/format.ts';
import { Card, ErrorNote } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import { FORMATS } from './formats.ts';
import styles from './page.module.css';
import { Samples } from './samples.tsx';

type State =
  | { step: 'empty' }
  | { step: 'reading'; what: string }
  | { step: 'refused'; error: unknown }
  | { step: 'ready'; inspection: Inspection; name: string; error?: unknown }
  | { step: 'sending'; inspection: Inspection; name: string; share: number };

export function DatasetUpload({ project }: { project: string }) {
  const [state, set] = useReducer((_: State, next: State) => next, { step: 'empty' });
  const abort = useRef(new AbortController());
  const cache = useQueryClient();
  const navigate = useNavigate();

  function cancel() {
    abort.current.abort(new DOMException('cancelled', 'AbortError'));
    abort.current = new AbortController();
    set({ step: 'empty' });
  }

  async function read(files: PickedFile[]) {
    const { signal } = abort.current;
    const [first] = files;
    set({ step: 'reading', what: files.length === 1 ? first!.path : plural(files.length, 'file') });
    try {
      const size = files.reduce((sum, { file }) => sum + file.size, 0);
      if (size > MAX_DATASET_BYTES) {
        throw new AppError(
          'too_large',
          `${bytes(size)} is more than the ${bytes(MAX_DATASET_BYTES)} that a dataset may have.`,
        );
      }
      const inspection = await inspectFiles(files, signal);
      set({ step: 'ready', inspection, name: toName(first!.path.split('/')[0]!, 'data') });
    } catch (error) {
      if (!signal.aborted) set({ step: 'refused', error });
    }
  }

  async function send(inspection: Inspection, name: string) {
    const { signal } = abort.current;
    set({ step: 'sending', inspection, name, share: 0 });
    try {
      const version = await uploadDataset(
        { project, name },
        inspection,
        (share) => set({ step: 'sending', inspection, name, share }),
        signal,
      );
      for (const key of ['datasets', 'project', 'projects'])
        void cache.invalidateQueries({ queryKey: [key] });
      toast.done(`${name} v${version.version} uploaded`);
      await navigate({ to: '/projects/$project/datasets/$dataset', params: { project, dataset: name } });
    } catch (error) {
      if (!signal.aborted) set({ step: 'ready', inspection, name, error });
    }
  }

  if (state.step === 'empty' || state.step === 'refused') {
    return (
      <div className={styles.stack}>
        {state.step === 'refused' && (
          <ErrorNote error={state.error} title="These files cannot be used as they are" />
        )}
        <DropZone
          title="Drop a table, pictures or sounds here"
          accept=".csv,.tsv,.tab,.txt,.json,.jsonl,.ndjson,.zip,.png,.jpg,.jpeg,.wav,.gz,.xml,.yaml,.yml"
          folders
          onFiles={(files) => void read(files)}
        >
          Tables: CSV or TSV with a header line, or JSON with an object on each line; gzip too. Pictures and
          sounds (WAV): a folder for each label, a zip of such folders; or IDX files. To find objects:
          pictures with their boxes (COCO, Pascal VOC, YOLO). They are checked here before anything is sent.
        </DropZone>
      </div>
    );
  }
  if (state.step === 'reading') {
    return (
      <Card>
        <div className={styles.form}>
          <ProgressBar label={`Reading ${state.what}…`} share={null} />
          <div>
            <Button onClick={cancel}>Cancel</Button>
          </div>
        </div>
      </Card>
    );
  }

  const { inspection, name } = state;
  const sending = state.step === 'sending';
  const fault = Name.safeParse(name).error?.issues[0]?.message;
  const { rows, columns } = inspection.profile;
  return (
    <Card
      title="Ready to upload"
      hint={`${plural(rows, FORMATS[inspection.format].one)}, ${plural(columns.length, 'column')}, ${bytes(inspection.blob.size)}. Nothing is wrong with the file.`}
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void send(inspection, name);
        }}
      >
        {!isRowFormat(inspection.format) && (
          <Samples sha256={inspection.sha256} profile={inspection.profile} source={inspection.blob} />
        )}
        <TextField
          label="Dataset name"
          value={name}
          disabled={sending}
          error={fault}
          hint="The name of a dataset that is there already adds a version to it."
          onValueChange={(next) => set({ step: 'ready', inspection, name: next })}
        />
        {state.step === 'ready' && state.error !== undefined && <ErrorNote error={state.error} />}
        {sending && <ProgressBar label="Uploading" share={state.share} note={percent(state.share, 0)} />}
        <div className={styles.actions}>
          <Button look="primary" type="submit" busy={sending} disabled={fault !== undefined}>
            Upload
          </Button>
          <Button look="quiet" onClick={cancel}>
            Cancel
          </Button>
        </div>
      </form>
    </Card>
  );
}
