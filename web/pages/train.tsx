/** Before a run: where it trains, the few numbers worth changing, and the plan. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Blocks, ChevronLeft, Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import { definitionFromLink, definitionToLink } from '../../shared/definition/definition-link.ts';
import { isNetwork } from '../../shared/definition/pipeline-spec.ts';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import { Name, toName } from '../../shared/schema/id.ts';
import type { PretrainedWeights } from '../../shared/schema/weights.ts';
import type { Advice, Wish } from '../../shared/templates/advise.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { attemptsOf } from '../train/backends.ts';
import { startTabTraining, useTabTraining } from '../train/tab-training.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { TextField } from '../ui/control.tsx';
import { Card, ErrorNote, Note, Skeleton } from '../ui/surface.tsx';
import { CopyLink } from './copy-link.tsx';
import { DefinitionEditor } from './definition-editor.tsx';
import { ModelImport } from './model-import.tsx';
import { ModelTable } from './model-table.tsx';
import styles from './page.module.css';
import { PipelineHistory } from './pipeline-history.tsx';
import { PipelinePlan } from './pipeline-plan.tsx';
import { type PlaceChoice, PlacePicker, useBackends } from './place-picker.tsx';
import { readDefinition, writeDefinition } from './read-definition.ts';
import { likelyTarget, purposeOf, suggestionFor } from './suggestion.ts';
import { TemplatePicker } from './template-picker.tsx';
import { asText, type Numbers, withNumbers } from './training-numbers.ts';

export function TrainPage() {
  const { project, dataset } = useParams({ from: '/app/projects/$project/datasets/$dataset/train' });
  const { target, definition } = useSearch({ from: '/app/projects/$project/datasets/$dataset/train' });
  const { data, error, refetch } = useQuery(queries.dataset(project, dataset));
  const chosen = target ?? (data ? likelyTarget(data.latest.profile) : null);

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <Link
            to="/projects/$project/datasets/$dataset"
            params={{ project, dataset }}
            search={target ? { target } : {}}
            className={styles.back}
          >
            <ChevronLeft size={14} aria-hidden /> {dataset}
          </Link>
          <h1>Train a model{chosen ? ` for ${purposeOf(chosen)}` : ''}</h1>
        </div>
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="20rem" />}
      {data && chosen !== null && (
        <Plan project={project} version={data.latest} target={chosen} shared={definition} />
      )}
    </div>
  );
}

function Plan({
  project,
  version,
  target,
  shared,
}: {
  project: string;
  version: DatasetVersion;
  target: string;
  /** A definition out of a link. */
  shared: string | undefined;
}) {
  const [wish, setWish] = useState<Wish>('accuracy');
  const { data: weights } = useQuery(queries.weights());
  const { advice, problem } = useMemo(
    () => suggestionFor(version.profile, target, wish, availableOf(weights)),
    [version, target, wish, weights],
  );
  if (!advice)
    return (
      <Note tone="warn" title={`“${purposeOf(target)}” cannot be predicted`}>
        {problem}
      </Note>
    );
  return (
    <TrainForm
      key={target}
      project={project}
      version={version}
      advice={advice}
      target={target}
      shared={shared}
      wish={wish}
      onWishChange={setWish}
    />
  );
}

const availableOf = (weights: readonly PretrainedWeights[] = []): ReadonlySet<string> =>
  new Set(weights.filter(({ available }) => available).map(({ sha256 }) => sha256));

function TrainForm({
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
  const [place, setPlace] = useState<PlaceChoice>('automatic');
  const [modelName, setModelName] = useState(() => toName(version.name, 'model'));
  /** As typed; what is not is as the template has it. */
  const [typed, setTyped] = useState<Partial<Numbers>>({});
  /** An estimator has none of them. */
  const numbers = isNetwork(suggested) ? { ...asText(suggested), ...typed } : null;
  const backends = useBackends();
  const training = useTabTraining();
  const navigate = useNavigate();
  const cache = useQueryClient();
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
  const pipelineName = toName(`${version.name}-${suggested.target}`);
  const nameFault = Name.safeParse(modelName).error?.issues[0]?.message;
  const tabBusy = place !== 'runner' && training?.state === 'running';

  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const pipeline = await api().call(putPipeline, {
        params: { project, pipeline: pipelineName },
        body: spec!,
      });
      return api().call(createRun, {
        params: { project },
        body: {
          datasetVersion: version.id,
          pipelineVersion: pipeline.id,
          model: modelName,
          on: place === 'runner' ? 'runner' : 'browser',
          name: `${version.name} · ${suggested.target}`,
        },
      });
    },
    onSuccess: async (run) => {
      for (const key of ['project', 'projects', 'runs', 'pipelines'])
        void cache.invalidateQueries({ queryKey: [key] });
      if (run.on === 'browser') {
        startTabTraining(project, run.id, attemptsOf(backends ?? [], place));
      }
      await navigate({ to: '/projects/$project/runs/$run', params: { project, run: run.id } });
    },
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
        mutate();
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
          <PlacePicker value={place} onValueChange={setPlace} backends={backends} />
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
          <Note tone="warn" title="A run trains in this tab already">
            One at a time: stop it, wait for it, or choose a runner.
          </Note>
        )}
        {error && <ErrorNote error={error} />}
        <div>
          <Button
            look="primary"
            large
            type="submit"
            busy={isPending}
            disabled={!spec || nameFault !== undefined || tabBusy || (place !== 'runner' && !backends)}
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
        <Card title="The definition" hint="All of it, as it is kept, hashed and served.">
          {edited === null ? (
            <div className={styles.actions}>
              <ButtonLink
                to="/projects/$project/datasets/$dataset/compose"
                params={{ project, dataset: version.name }}
                search={{ target, definition: definitionToLink(shown) }}
              >
                <Blocks size={15} aria-hidden /> Open in the composer
              </ButtonLink>
              <Button onClick={() => setEdited(writeDefinition(fromFields.spec ?? suggested))}>
                Edit as JSON
              </Button>
            </div>
          ) : (
            <DefinitionEditor
              text={edited}
              problem={own!.problem}
              onTextChange={setEdited}
              onReset={() => setEdited(null)}
            />
          )}
          {isNetwork(suggested) && edited === null && (
            <ModelImport
              base={suggested}
              profile={version.profile}
              onImport={(imported) => setEdited(writeDefinition(imported))}
            />
          )}
          <CopyLink target={target} spec={spec} />
        </Card>
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
