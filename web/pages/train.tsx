/** Before a run: which template, and with it the form to change and start it. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import type { PretrainedWeights } from '../../shared/schema/weights.ts';
import type { Wish } from '../../shared/templates/advise.ts';
import { queries } from '../queries.ts';
import { ErrorNote, Note, Skeleton } from '../ui/surface.tsx';
import styles from './page.module.css';
import { SearchCard } from './search-card.tsx';
import { likelyTarget, purposeOf, suggestionFor } from './suggestion.ts';
import { TrainForm } from './train-form.tsx';

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
    <>
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
      <SearchCard project={project} version={version} target={target} />
    </>
  );
}

const availableOf = (weights: readonly PretrainedWeights[] = []): ReadonlySet<string> =>
  new Set(weights.filter(({ available }) => available).map(({ sha256 }) => sha256));
