/** Beginning with a model that others made: picked as files, and written into the definition. */
import { useMutation } from '@tanstack/react-query';
import { FileInput } from 'lucide-react';
import { useRef, useState } from 'react';
import type { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/control.tsx';
import { ErrorNote } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import styles from './definition.module.css';

export function ModelImport(props: {
  /** What the definition is to take over: target, split and training. */
  base: NetworkPipeline;
  profile: DatasetProfile;
  onImport: (spec: NetworkPipeline) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [frozen, setFrozen] = useState(true);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (files: File[]) => {
      const { importFiles } = await import('../data/import-model.ts');
      return importFiles(files, { frozen, base: props.base, profile: props.profile });
    },
    onSuccess(spec) {
      toast.done(`${spec.model.length} blocks imported; the definition begins with their weights`);
      props.onImport(spec);
    },
  });
  return (
    <div className={styles.editor}>
      <p className={styles.note}>
        A model from TensorFlow.js or Teachable Machine (model.json with its weights, or the zip), or from
        Keras (.keras, .h5).
      </p>
      <Checkbox
        label="Keep its weights, and learn the last layer alone"
        checked={frozen}
        onCheckedChange={setFrozen}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files of the model"
        accept=".json,.bin,.zip,.keras,.h5"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          if (files.length > 0) mutate(files);
        }}
      />
      <div>
        <Button busy={isPending} onClick={() => input.current?.click()}>
          <FileInput size={15} aria-hidden /> Import a model
        </Button>
      </div>
      {error && <ErrorNote error={error} />}
    </div>
  );
}
