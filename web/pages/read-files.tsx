/** Takes files, dropped or picked, and looks at them in a worker of this tab before anything becomes of them. */
import { type ReactNode, useReducer, useRef } from 'react';
import { MAX_DATASET_BYTES } from '../../shared/api/routes/datasets.ts';
import { AppError } from '../../shared/errors.ts';
import { type Inspection, inspectFiles } from '../data/inspect.ts';
import { Button } from '../ui/button.tsx';
import { ProgressBar } from '../ui/control.tsx';
import { DropZone, type PickedFile } from '../ui/drop-zone.tsx';
import { bytes, plural } from '../ui/format.ts';
import { Card, ErrorNote } from '../ui/surface.tsx';
import styles from './page.module.css';

type State = { step: 'empty' } | { step: 'reading'; what: string } | { step: 'refused'; error: unknown };

interface ReadFilesProps {
  title: string;
  children: ReactNode;
  /** Rejects where something else is wrong with them. */
  check?: (inspection: Inspection, signal: AbortSignal) => Promise<void>;
  /** `path`: of the first. */
  onRead: (inspection: Inspection, path: string) => void;
}

export function ReadFiles({ title, children, check, onRead }: ReadFilesProps) {
  const [state, set] = useReducer((_: State, next: State) => next, { step: 'empty' });
  const abort = useRef(new AbortController());

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
      await check?.(inspection, signal);
      if (signal.aborted) return;
      set({ step: 'empty' });
      onRead(inspection, first!.path);
    } catch (error) {
      if (!signal.aborted) set({ step: 'refused', error });
    }
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
  return (
    <div className={styles.stack}>
      {state.step === 'refused' && (
        <ErrorNote error={state.error} title="These files cannot be used as they are" />
      )}
      <DropZone
        title={title}
        accept=".csv,.tsv,.tab,.txt,.json,.jsonl,.ndjson,.zip,.png,.jpg,.jpeg,.wav,.gz,.xml,.yaml,.yml"
        folders
        onFiles={(files) => void read(files)}
      >
        {children}
      </DropZone>
    </div>
  );
}
