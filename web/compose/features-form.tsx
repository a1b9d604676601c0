/** Which columns are learnt from, and what is done to each before the model sees it. */
import { ArrowUp, Trash2 } from 'lucide-react';
import { schemasOf } from '../../shared/pipeline/feature-spec.ts';
import { STEPS } from '../../shared/pipeline/steps/list.ts';
import type { ColumnProfile } from '../../shared/schema/dataset.ts';
import { IconButton } from '../ui/button.tsx';
import { Select } from '../ui/control.tsx';
import styles from './compose.module.css';
import { exampleOf, schemaOf } from './schema.ts';
import { type Fault, type Path, SchemaForm } from './schema-form.tsx';

export interface DraftFeature {
  column: string;
  name?: string;
  /** Rows before its own that it sees. */
  history?: number;
  steps: readonly { type: string }[];
}

const stepOf = (type: string) => STEPS.find((step) => step.type === type);

/** A step fits where it takes what comes to it: what the column holds, or what the steps before have made of that. */
export function stepsAfter({ steps, history }: DraftFeature, column: ColumnProfile | undefined): string[] {
  const given = steps.reduce<string | undefined>(
    (type, step) => {
      const gives = stepOf(step.type)?.gives;
      return gives === 'same' ? type : gives;
    },
    history === undefined ? column?.type : 'series',
  );
  return STEPS.filter(({ accepts }) => (accepts as readonly (string | undefined)[]).includes(given)).map(
    ({ type }) => type,
  );
}

export function FeaturesForm(props: {
  features: readonly DraftFeature[];
  /** Those that may be features. */
  columns: readonly ColumnProfile[];
  faults: readonly Fault[];
  onChange: (features: readonly DraftFeature[], path: Path) => void;
}) {
  const { features, columns, faults, onChange } = props;
  const change = (place: number, feature: DraftFeature | null, path: Path = ['features', place]) =>
    onChange(
      features.flatMap((one, i) => (i === place ? (feature ?? []) : [one])),
      path,
    );
  const unused = columns.filter(({ name }) => !features.some(({ column }) => column === name));
  return (
    <div className={styles.features}>
      {features.map((feature, place) => {
        const column = columns.find(({ name }) => name === feature.column);
        const setSteps = (steps: DraftFeature['steps'], path?: Path) =>
          change(place, { ...feature, steps }, path);
        return (
          <details key={feature.name ?? feature.column} className={styles.feature}>
            <summary>
              <strong>{feature.name ?? feature.column}</strong>
              <span className={styles.aside}>
                {feature.steps.map(({ type }) => type).join(' → ') || 'as it is'}
              </span>
            </summary>
            {feature.steps.map((step, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps have no names, and their order is what they are
              <section key={i} className={styles.step}>
                <header>
                  <strong>{step.type}</strong>
                  <span>
                    {i > 0 && (
                      <IconButton
                        label={`Move ${step.type} up`}
                        onClick={() =>
                          setSteps(feature.steps.with(i, feature.steps[i - 1]!).with(i - 1, step))
                        }
                      >
                        <ArrowUp size={14} aria-hidden />
                      </IconButton>
                    )}
                    <IconButton
                      label={`Remove ${step.type}`}
                      onClick={() => setSteps(feature.steps.filter((_, j) => j !== i))}
                    >
                      <Trash2 size={14} aria-hidden />
                    </IconButton>
                  </span>
                </header>
                <SchemaForm
                  schema={schemaOf((schemasOf(step) ?? schemasOf(STEPS[0])!).params)}
                  value={step}
                  path={['features', place, 'steps', i]}
                  faults={faults}
                  onChange={(next, path) => setSteps(feature.steps.with(i, next as { type: string }), path)}
                />
              </section>
            ))}
            <div className={styles.row}>
              <Select
                label={`Add a step to ${feature.column}`}
                hideLabel
                placeholder="Add a step…"
                value={null}
                options={stepsAfter(feature, column).map((type) => ({ value: type, label: type }))}
                onValueChange={(type) =>
                  setSteps([
                    ...feature.steps,
                    exampleOf(schemaOf(schemasOf({ type })!.params)) as { type: string },
                  ])
                }
              />
              <IconButton label={`Leave out ${feature.column}`} onClick={() => change(place, null)}>
                <Trash2 size={14} aria-hidden />
              </IconButton>
            </div>
          </details>
        );
      })}
      {unused.length > 0 && (
        <Select
          label="Learn from another column"
          placeholder="Choose a column…"
          value={null}
          options={unused.map(({ name, type }) => ({ value: name, label: name, note: type }))}
          onValueChange={(column) => onChange([...features, { column, steps: [] }], ['features'])}
        />
      )}
    </div>
  );
}
