/** One block of the model: its parameters, what it takes, whether it learns. */
import { backboneOf } from '../../shared/model/backbones/expand-model.ts';
import { entryName, sourcesOf } from '../../shared/model/model-links.ts';
import { type BlockSpec, blockOf } from '../../shared/model/model-spec.ts';
import { Checkbox, TextField } from '../ui/control.tsx';
import { Note } from '../ui/surface.tsx';
import styles from './compose.module.css';
import { connect, type DraftModel, replaceEntry } from './edit-model.ts';
import type { DraftFeature } from './features-form.tsx';
import { InputsField } from './inputs-field.tsx';
import { schemaOf } from './schema.ts';
import { type Fault, type Path, SchemaForm } from './schema-form.tsx';

export function EntryForm(props: {
  model: DraftModel;
  place: number;
  features: readonly DraftFeature[];
  faults: readonly Fault[];
  onChange: (model: DraftModel, path: Path) => void;
}) {
  const { model, place, features, faults, onChange } = props;
  const entry = model[place]!;
  const block = backboneOf(entry) ?? blockOf(entry as BlockSpec);
  const path = ['model', place];
  if (!block)
    return (
      <Note tone="warn">There is no block “{entry.type}”; remove it, or write another type in the JSON.</Note>
    );
  const set = (next: unknown, at: Path) => onChange(replaceEntry(model, place, next as typeof entry), at);
  const chosen = entry.inputs
    ? sourcesOf(model, place).map((source, i) =>
        typeof source === 'object' && 'entry' in source ? `entry:${source.entry}` : entry.inputs![i]!,
      )
    : [];
  const choices = [
    ...model.slice(0, place).map((one, i) => ({ key: `entry:${i}`, label: entryName(one, i) })),
    ...features.map(({ column, name = column }) => ({ key: `feature:${name}`, label: `feature ${name}` })),
  ];
  return (
    <div className={styles.form}>
      <p className="faint">{block.summary}</p>
      <SchemaForm schema={schemaOf(block.params)} value={entry} path={path} faults={faults} onChange={set} />
      <InputsField
        choices={choices}
        chosen={chosen}
        onChange={(keys) =>
          onChange(
            connect(
              model,
              place,
              keys.map((key) =>
                key.startsWith('entry:') ? { entry: Number(key.slice(6)) } : { column: key.slice(8) },
              ),
            ),
            path,
          )
        }
      />
      <TextField
        label="Name"
        placeholder={entryName({ type: entry.type }, place)}
        hint="For others to take it by"
        value={entry.id ?? ''}
        error={faults.find(({ path: at }) => at.join('.') === [...path, 'id'].join('.'))?.message}
        onValueChange={(text) => {
          const { id: _, ...rest } = entry;
          set(text === '' ? rest : { ...rest, id: text }, [...path, 'id']);
        }}
      />
      <Checkbox
        label="Frozen: keeps its weights"
        checked={entry.frozen === true}
        onCheckedChange={(on) => {
          const { frozen: _, ...rest } = entry;
          set(on ? { ...rest, frozen: true } : rest, [...path, 'frozen']);
        }}
      />
    </div>
  );
}
