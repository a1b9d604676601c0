/** Puts a definition together: a graph of its blocks, a form for what is chosen in it, and the JSON of all of it, both ways. */
import { ArrowDown, ArrowUp, Plus, Redo2, Trash2, Undo2 } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { modelCost } from '../../shared/definition/check-pipeline.ts';
import { isNetwork, type PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import editor from '../pages/definition.module.css';
import { readDefinition } from '../pages/read-definition.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { bytes, count } from '../ui/format.ts';
import { Card, Note, Stats } from '../ui/surface.tsx';
import { BlockGraph } from './block-graph.tsx';
import styles from './compose.module.css';
import { blocksOf, type Draft, FEATURES, faultsOf, OUTPUT, readDraft, schemaFor } from './draft.ts';
import { type DraftEntry, type DraftModel, insertEntry, moveEntry, removeEntry } from './edit-model.ts';
import { EntryForm } from './entry-form.tsx';
import { FeaturesForm } from './features-form.tsx';
import { begin, change, type History, redo, undo } from './history.ts';
import { Palette } from './palette.tsx';
import { type Path, SchemaForm } from './schema-form.tsx';

export function useComposer(start: string, profile: DatasetProfile, target: string) {
  const [history, set] = useState<History>(() => begin(start));
  const text = history.present;
  const definition = useMemo(() => readDefinition(text, profile, target), [text, profile, target]);
  return { history, set, text, definition };
}

type State = ReturnType<typeof useComposer>;

export function Composer({
  state,
  profile,
  target,
}: {
  state: State;
  profile: DatasetProfile;
  target: string;
}) {
  const { history, set, text, definition } = state;
  const draft = useMemo(() => readDraft(text), [text]);
  const [selected, select] = useState<string>(FEATURES);
  const [adding, setAdding] = useState(false);
  const write = (next: Draft, path: Path | null) =>
    set((now) => change(now, JSON.stringify(next, null, 2), path === null ? null : path.join('.')));

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      event.preventDefault();
      set(event.shiftKey ? redo : undo);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [set]);

  const model = draft && Array.isArray(draft.model) ? (draft.model as DraftModel) : null;
  const place = model && /^\d+$/.test(selected) && Number(selected) < model.length ? Number(selected) : null;
  const setModel = (next: DraftModel, path: Path | null = null) => write({ ...draft!, model: next }, path);
  const move = (by: -1 | 1) => {
    if (place === null || !model![place + by]) return;
    setModel(moveEntry(model!, place, by));
    select(String(place + by));
  };
  const remove = () => {
    if (place === null) return;
    setModel(removeEntry(model!, place));
    select(place > 0 ? String(place - 1) : FEATURES);
  };
  const add = (entry: DraftEntry) => {
    const at = place !== null ? place + 1 : selected === OUTPUT ? model!.length : 0;
    setModel(insertEntry(model!, at, entry));
    select(String(at));
    setAdding(false);
  };

  return (
    <div className={styles.split}>
      <div className={styles.side}>
        <Card
          title="The model"
          hint="Choose a block to change it; arrow keys go from one to the next, with Alt they move it."
          flush
          actions={
            <div className={styles.tools}>
              <IconButton
                label="Undo (Ctrl+Z)"
                disabled={history.past.length === 0}
                onClick={() => set(undo)}
              >
                <Undo2 size={15} aria-hidden />
              </IconButton>
              <IconButton
                label="Redo (Ctrl+Shift+Z)"
                disabled={history.future.length === 0}
                onClick={() => set(redo)}
              >
                <Redo2 size={15} aria-hidden />
              </IconButton>
              {model && (
                <>
                  <IconButton label="Move the block up" disabled={place === null} onClick={() => move(-1)}>
                    <ArrowUp size={15} aria-hidden />
                  </IconButton>
                  <IconButton label="Move the block down" disabled={place === null} onClick={() => move(1)}>
                    <ArrowDown size={15} aria-hidden />
                  </IconButton>
                  <IconButton label="Remove the block" disabled={place === null} onClick={remove}>
                    <Trash2 size={15} aria-hidden />
                  </IconButton>
                  <Button onClick={() => setAdding(true)}>
                    <Plus size={15} aria-hidden /> Add a block
                  </Button>
                </>
              )}
            </div>
          }
        >
          {draft ? (
            <BlockGraph
              blocks={blocksOf(draft, profile)}
              selected={selected}
              onSelect={select}
              onMove={move}
              onRemove={remove}
            />
          ) : (
            <Note tone="warn" title="There is nothing to draw">
              The JSON cannot be read; mend it, or undo the last change.
            </Note>
          )}
        </Card>
        {definition.spec ? (
          <Costs spec={definition.spec} profile={profile} />
        ) : (
          <Note tone="warn" title="It cannot be trained like this">
            {definition.problem}
          </Note>
        )}
      </div>
      <div className={styles.side}>
        {draft && (
          <Card
            title={
              place !== null
                ? model![place]!.type
                : selected === FEATURES
                  ? 'Features'
                  : 'Output and training'
            }
          >
            <Inspector key={selected} {...{ draft, selected, place, profile, target }} onChange={write} />
          </Card>
        )}
        <Card title="The JSON" hint="The same, as text: what is changed here shows in the graph.">
          <textarea
            className={editor.text}
            aria-label="Definition as JSON"
            spellCheck={false}
            rows={22}
            value={text}
            aria-invalid={definition.problem !== null}
            onChange={(event) => {
              const next = event.currentTarget.value;
              set((now) => change(now, next, 'text'));
            }}
          />
        </Card>
      </div>
      <Dialog
        open={adding}
        onOpenChange={setAdding}
        title="Add a block"
        text="It comes after the one that is chosen."
      >
        <Palette onChoose={add} />
      </Dialog>
    </div>
  );
}

function Inspector(props: {
  draft: Draft;
  selected: string;
  place: number | null;
  profile: DatasetProfile;
  target: string;
  onChange: (draft: Draft, path: Path) => void;
}) {
  const { draft, selected, place, profile, target, onChange } = props;
  const faults = faultsOf(draft);
  const form = (part: 'training' | 'split' | 'model') => (
    <SchemaForm
      schema={withVariant(schemaFor(draft, part), draft[part])}
      value={draft[part]}
      path={[part]}
      faults={faults}
      onChange={(value, path) => onChange({ ...draft, [part]: value } as Draft, path)}
    />
  );
  if (place !== null) {
    return (
      <EntryForm
        model={draft.model as DraftModel}
        place={place}
        features={draft.features}
        faults={faults}
        onChange={(model, path) => onChange({ ...draft, model }, path)}
      />
    );
  }
  if (selected === FEATURES) {
    return (
      <FeaturesForm
        features={draft.features}
        columns={profile.columns.filter(({ name }) => name !== target)}
        faults={faults}
        onChange={(features, path) => onChange({ ...draft, features }, path)}
      />
    );
  }
  if (selected === OUTPUT) {
    return (
      <div className={styles.form}>
        {form('training')}
        <p className="faint">Shares of the rows that are held out</p>
        {form('split')}
      </div>
    );
  }
  return form('model');
}

/** Of an estimator's kinds the one that it is. */
function withVariant(schema: ReturnType<typeof schemaFor>, value: unknown) {
  const variants = schema.oneOf ?? schema.anyOf;
  const { type } = (value ?? {}) as { type?: string };
  return variants?.find((one) => one.properties?.type?.const === type) ?? schema;
}

/** Bytes of a number. */
const FLOAT = 4;

function Costs({ spec, profile }: { spec: PipelineSpec; profile: DatasetProfile }) {
  const cost = useMemo(() => (isNetwork(spec) ? modelCost(spec, profile) : null), [spec, profile]);
  if (!cost || !isNetwork(spec)) return null;
  const batch = Math.min(spec.training.batchSize, profile.rows);
  return (
    <Card title="What it costs">
      <Stats
        items={[
          { name: 'Parameters', value: count(cost.parameters), note: bytes(cost.parameters * FLOAT) },
          { name: 'Work for a row', value: count(2 * cost.multiplyAdds), note: 'FLOPs' },
          {
            name: 'Memory of a step',
            value: bytes(FLOAT * (cost.values * batch + 4 * cost.parameters)),
            note: `${count(batch)} rows`,
          },
        ]}
      />
    </Card>
  );
}
