/** The form before a run: template, place, the few numbers worth changing, and beside them what comes of it. */
import { Play } from 'lucide-react';
import { useState } from 'react';
import { definitionFromLink } from '../../shared/definition/definition-link.ts';
import { isNetwork } from '../../shared/definition/pipeline-spec.ts';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import { Name, toName } from '../../shared/schema/id.ts';
import type { Advice, Wish } from '../../shared/templates/advise.ts';
import { useTabTraining } from '../train/tab-training.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/control.tsx';
import { Card, ErrorNote, Note } from '../ui/surface.tsx';
import { DefinitionCard } from './definition-card.tsx';
import { ModelTable } from './model-table.tsx';
import styles from './page.module.css';
import { PipelineHistory } from './pipeline-history.tsx';
import { PipelinePlan } from './pipeline-plan.tsx';
import { type PlaceChoice, PlacePicker, useBackends } from './place-picker.tsx';
import { readDefinition, writeDefinition } from './read-definition.ts';
import { useStartRun } from './start-run.ts';
import { TemplatePicker } from './template-picker.tsx';
import { asText, type Numbers, withNumbers } from './training-numbers.ts';
import { averagingOf, countFault, USUAL_COUNTS, WorkerCount } from './worker-count.tsx';

export function TrainForm({
  project,
  version,
  advice,
  target,
  shared,
  wish,
  onWishChange,
}: {
  project: string;
  version: DatasetVersion;
  advice: readonly Advice[];
  /** As the page's address has it. */
  target: string;
  shared: string | undefined;
  wish: Wish;
  onWishChange: (wish: Wish) => void;
}) {
  /** Null: the one that is suggested. */
  const [template, setTemplate] = useState<string | null>(null);
  const chosen = advice.find((one) => one.template.name === template) ?? advice[0]!;
  const suggested = chosen.spec;
  const [wished, setPlace] = useState<PlaceChoice>('automatic');
  const [counts, setCounts] = useState(USUAL_COUNTS);
  const [modelName, setModelName] = useState(() => toName(version.name, 'model'));
  /** As typed; what is not is as the template has it. */
  const [typed, setTyped] = useState<Partial<Numbers>>({});
  /** An estimator has none of them. */
  const numbers = isNetwork(suggested) ? { ...asText(suggested), ...typed } : null;
  const backends = useBackends();
  const training = useTabTraining();
  /** The definition as edited by hand; null while it is the template's. */
  const [edited, setEdited] = useState<string | null>(() =>
    shared === undefined ? null : definitionFromLink(shared),
  );
  const fromFields =
    isNetwork(suggested) && numbers ? withNumbers(suggested, numbers) : { spec: suggested, faults: {} };
  const faults: Partial<Numbers> = fromFields.faults;
  const own = edited === null ? null : readDefinition(edited, version.profile, suggested.target);
  const spec = own ? own.spec : fromFields.spec;
  const shown = spec ?? suggested;
  const model = own?.model ?? (isNetwork(shown) ? shown.model : []);
  const refusal = isNetwork(shown)
    ? null
    : `Not of this model: “${shown.model.type}” is fitted by one alone. Networks have weights that can be averaged.`;
  const place = refusal !== null && wished === 'tabs' ? 'automatic' : wished;
  const averaging = refusal === null ? averagingOf(place, counts) : undefined;
  const countProblem = refusal === null ? countFault(place, counts) : undefined;
  const pipelineName = toName(`${version.name}-${suggested.target}`);
  const nameFault = Name.safeParse(modelName).error?.issues[0]?.message;
  const tabBusy = place !== 'runner' && training?.state === 'running';

  const { mutate, isPending, error } = useStartRun({
    project,
    version,
    target: suggested.target,
    pipelineName,
    modelName,
    place,
    averaging,
    backends,
  });

  const field = (name: keyof Numbers, label: string, hint: string) =>
    numbers && (
      <TextField
        label={label}
        inputMode="decimal"
        disabled={edited !== null}
        value={numbers[name]}
        hint={hint}
        error={faults[name]}
        onValueChange={(value) => setTyped({ ...typed, [name]: value })}
      />
    );

  return (
    <form
      className={styles.split}
      onSubmit={(event) => {
        event.preventDefault();
        mutate(spec!);
      }}
    >
      <div className={styles.side}>
        <Card title="Template" hint="Where to begin; the numbers below can be changed.">
          <TemplatePicker
            advice={advice}
            value={chosen.template.name}
            onValueChange={(name) => {
              setTemplate(name);
              setTyped({});
              setEdited(null);
            }}
            wish={wish}
            onWishChange={(next) => {
              onWishChange(next);
              setTemplate(null);
              setTyped({});
              setEdited(null);
            }}
          />
        </Card>
        <Card title="Where">
          <div className={styles.form}>
            <PlacePicker value={place} onValueChange={setPlace} backends={backends} refusal={refusal} />
            <WorkerCount place={place} counts={counts} onCountsChange={setCounts} refusal={refusal} />
          </div>
        </Card>
        <Card
          title="How"
          hint={
            edited === null
              ? 'The suggested values do well on most data of this size.'
              : 'The numbers stand in the definition, which is edited by hand.'
          }
        >
          <div className={styles.fields}>
            {field('epochs', 'Epochs', 'Times it goes through the rows')}
            {field('batchSize', 'Batch size', 'Rows for each step')}
            {field('learningRate', 'Learning rate', 'How far each step goes')}
            <TextField
              label="Model name"
              value={modelName}
              onValueChange={setModelName}
              hint="Registered under this name"
              error={nameFault}
            />
          </div>
        </Card>
        {tabBusy && (
          <Note title="A run trains in this tab already">
            This one waits for its turn. On a runner it begins at once.
          </Note>
        )}
        {error && <ErrorNote error={error} />}
        <div>
          <Button
            look="primary"
            large
            type="submit"
            busy={isPending}
            disabled={
              !spec ||
              nameFault !== undefined ||
              countProblem !== undefined ||
              (place !== 'runner' && !backends)
            }
          >
            <Play size={15} aria-hidden /> Start training
          </Button>
        </div>
      </div>
      <div className={styles.side}>
        <Card title="The plan">
          <PipelinePlan spec={shown} profile={version.profile} />
        </Card>
        {model.length > 0 && (
          <Card title="The model" flush>
            <ModelTable model={model} spec={shown} profile={version.profile} />
          </Card>
        )}
        <DefinitionCard
          project={project}
          version={version}
          target={target}
          suggested={suggested}
          fromFields={fromFields.spec ?? suggested}
          spec={spec}
          edited={edited}
          problem={own?.problem ?? null}
          onEdit={setEdited}
        />
        <PipelineHistory
          project={project}
          pipeline={pipelineName}
          spec={shown}
          onOpen={(version) => setEdited(writeDefinition(version))}
        />
      </div>
    </form>
  );
}
