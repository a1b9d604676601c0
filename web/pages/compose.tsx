/** The composer's page: from a template, a link or what was left here, to a definition that is trained. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { ChevronLeft, Play } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { definitionFromLink, definitionToLink } from '../../shared/definition/definition-link.ts';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import { toName } from '../../shared/schema/id.ts';
import { Composer, useComposer } from '../compose/composer.tsx';
import { change } from '../compose/history.ts';
import { queries } from '../queries.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { ErrorNote, Note, Skeleton } from '../ui/surface.tsx';
import { CopyLink, linkHere } from './copy-link.tsx';
import styles from './page.module.css';
import { PipelineHistory } from './pipeline-history.tsx';
import { writeDefinition } from './read-definition.ts';
import { likelyTarget, purposeOf, questionOf, suggestionFor } from './suggestion.ts';

export function ComposePage() {
  const { project, dataset } = useParams({ from: '/app/projects/$project/datasets/$dataset/compose' });
  const { target, definition } = useSearch({ from: '/app/projects/$project/datasets/$dataset/compose' });
  const { data, error, refetch } = useQuery(queries.dataset(project, dataset));
  const chosen = target ?? (data ? likelyTarget(data.latest.profile) : null);
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (!data || chosen === null) return <Skeleton height="30rem" />;
  return <Compose key={chosen} project={project} version={data.latest} target={chosen} shared={definition} />;
}

function Compose(props: {
  project: string;
  version: DatasetVersion;
  target: string;
  shared: string | undefined;
}) {
  const { project, version, target, shared } = props;
  const { profile } = version;
  const kept = `composer ${version.id} ${target}`;
  const suggestion = useMemo(() => suggestionFor(profile, target), [profile, target]);
  const start = useMemo(() => {
    const left = readLeft(kept);
    if (left && left.from === shared) return left.text;
    if (shared !== undefined) return definitionFromLink(shared);
    return suggestion.advice ? writeDefinition(suggestion.advice[0]!.spec) : '';
  }, [shared, kept, suggestion]);
  const question = questionOf(target);
  const state = useComposer(start, profile, question.target);
  const { text, set, definition } = state;
  // a reload, or a look at another page, must not cost what was put together
  useEffect(() => sessionStorage.setItem(kept, JSON.stringify({ from: shared, text })), [kept, shared, text]);
  const params = { project, dataset: version.name };
  if (suggestion.problem) {
    return (
      <Note tone="warn" title={`“${purposeOf(target)}” cannot be predicted`}>
        {suggestion.problem}
      </Note>
    );
  }
  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <Link
            to="/projects/$project/datasets/$dataset/train"
            params={params}
            search={{ target }}
            className={styles.back}
          >
            <ChevronLeft size={14} aria-hidden /> {version.name}
          </Link>
          <h1>Compose a model for {purposeOf(target)}</h1>
        </div>
        <div className={styles.actions}>
          <CopyLink link={linkHere(target, definition.spec)} />
          {definition.spec ? (
            <ButtonLink
              look="primary"
              to="/projects/$project/datasets/$dataset/train"
              params={params}
              search={{ target, definition: definitionToLink(definition.spec) }}
            >
              <Play size={15} aria-hidden /> Train it
            </ButtonLink>
          ) : (
            <Button look="primary" disabled>
              <Play size={15} aria-hidden /> Train it
            </Button>
          )}
        </div>
      </div>
      <Composer state={state} profile={profile} target={question.target} />
      {definition.spec && (
        <PipelineHistory
          project={project}
          pipeline={toName(`${version.name}-${question.target}`)}
          spec={definition.spec}
          shown={20}
          onOpen={(spec) => set((now) => change(now, writeDefinition(spec), null))}
        />
      )}
    </div>
  );
}

/** What was left in this tab, and the link that it began with. */
function readLeft(key: string): { from?: string; text: string } | null {
  const text = sessionStorage.getItem(key);
  return text === null ? null : JSON.parse(text);
}
