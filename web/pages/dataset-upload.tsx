/** From files to a dataset: dropped or picked, looked at before anything is sent, named, uploaded with a way to cancel. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useReducer, useRef } from 'react';
import { isRowFormat } from '../../shared/schema/dataset.ts';
import { Name, toName } from '../../shared/schema/id.ts';
import type { Inspection } from '../data/inspect.ts';
import { uploadDataset } from '../data/upload.ts';
import { Button } from '../ui/button.tsx';
import { ProgressBar, TextField } from '../ui/control.tsx';
import { bytes, percent, plural } from '../ui/format.ts';
import { Card, ErrorNote } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import { FORMATS } from './formats.ts';
import styles from './page.module.css';
import { ReadFiles } from './read-files.tsx';
import { Samples } from './samples.tsx';

type State =
  | { step: 'empty' }
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

  if (state.step === 'empty') {
    return (
      <ReadFiles
        title="Drop a table, pictures or sounds here"
        onRead={(inspection, path) =>
          set({ step: 'ready', inspection, name: toName(path.split('/')[0]!, 'data') })
        }
      >
        Tables: CSV or TSV with a header line, or JSON with an object on each line; gzip too. Pictures and
        sounds (WAV): a folder for each label, a zip of such folders; or IDX files. To find objects: pictures
        with their boxes (COCO, Pascal VOC, YOLO). They are checked here before anything is sent.
      </ReadFiles>
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
