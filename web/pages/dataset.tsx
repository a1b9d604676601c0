/** One dataset: its columns, its first rows, and the choice of what to predict. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowRight, ChevronLeft } from 'lucide-react';
import { useMemo } from 'react';
import {
  type ColumnProfile,
  type DatasetProfile,
  type DatasetVersion,
  isRowFormat,
} from '../../shared/schema/dataset.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { Distribution } from '../ui/bars.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { Select } from '../ui/control.tsx';
import { ago, bytes, count, decimal, percent, plural } from '../ui/format.ts';
import { Badge, Card, ErrorNote, Note, Skeleton, Stats } from '../ui/surface.tsx';
import { FORMATS } from './formats.ts';
import styles from './page.module.css';
import { PipelinePlan } from './pipeline-plan.tsx';
import { Samples } from './samples.tsx';
import { likelyTarget, purposeOf, suggestionFor, WITHOUT_ANSWERS } from './suggestion.ts';

export function DatasetPage() {
  const { project, dataset } = useParams({ from: '/app/projects/$project/datasets/$dataset' });
  const { data, error, refetch } = useQuery(queries.dataset(project, dataset));

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <Link to="/projects/$project/datasets" params={{ project }} className={styles.back}>
            <ChevronLeft size={14} aria-hidden /> Datasets
          </Link>
          <h1>{dataset}</h1>
          {data && (
            <p>
              Version {data.latest.version}, added {ago(data.latest.createdAt)}
            </p>
          )}
        </div>
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="20rem" />}
      {data && <Version project={project} dataset={dataset} version={data.latest} />}
    </div>
  );
}

function Version(props: { project: string; dataset: string; version: DatasetVersion }) {
  const { id, format, size, profile, sha256 } = props.version;
  const { baseUrl, token = '' } = api();
  const missing = profile.columns.reduce((sum, column) => sum + column.missing, 0);
  const cells = profile.rows * profile.columns.length;
  return (
    <>
      <Stats
        items={[
          { name: FORMATS[format].all, value: count(profile.rows) },
          { name: 'Columns', value: count(profile.columns.length) },
          { name: 'Missing values', value: count(missing), note: cells > 0 ? percent(missing / cells) : '' },
          { name: 'Size', value: bytes(size) },
          {
            name: 'SHA-256',
            value: (
              <span className="mono" title={sha256}>
                {sha256.slice(0, 10)}
              </span>
            ),
          },
        ]}
      />
      <div className={styles.split}>
        <div className={styles.side}>
          {!isRowFormat(format) && (
            <Card title={FORMATS[format].title}>
              <Samples sha256={sha256} profile={profile} source={{ baseUrl, token, version: id }} />
            </Card>
          )}
          <Columns profile={profile} />
          {profile.preview.length > 0 && <Preview profile={profile} />}
        </div>
        <TargetChoice {...props} />
      </div>
    </>
  );
}

function TargetChoice({
  project,
  dataset,
  version: { profile },
}: {
  project: string;
  dataset: string;
  version: DatasetVersion;
}) {
  const search = useSearch({ from: '/app/projects/$project/datasets/$dataset' });
  const navigate = useNavigate({ from: '/projects/$project/datasets/$dataset' });
  const likely = useMemo(() => likelyTarget(profile), [profile]);
  const target = search.target ?? likely;
  const suggestion = useMemo(
    () => (target === null ? null : suggestionFor(profile, target)),
    [profile, target],
  );
  const columns = profile.columns.filter(({ type }) => type !== 'image' && type !== 'audio');

  return (
    <Card title="What shall be predicted?">
      <div className={styles.form}>
        <Select
          label="Target column"
          value={target}
          options={[
            ...columns.map(({ name, type }) => ({ value: name, label: name, note: type as string })),
            ...WITHOUT_ANSWERS.map(({ value, label }) => ({ value, label })),
          ]}
          onValueChange={(next) => void navigate({ search: { target: next }, replace: true })}
        />
        {target === null && (
          <Note tone="warn">
            No column of this dataset can be learnt: see the columns for what is in them.
          </Note>
        )}
        {suggestion?.problem && (
          <Note tone="warn" title={`“${purposeOf(target ?? '')}” cannot be predicted`}>
            {suggestion.problem}
          </Note>
        )}
        {suggestion?.advice && (
          <>
            <PipelinePlan spec={suggestion.advice[0]!.spec} profile={profile} />
            <ButtonLink
              look="primary"
              to="/projects/$project/datasets/$dataset/train"
              params={{ project, dataset }}
              search={target === null ? {} : { target }}
            >
              Go on to training <ArrowRight size={16} aria-hidden />
            </ButtonLink>
          </>
        )}
      </div>
    </Card>
  );
}

function Columns({ profile }: { profile: DatasetProfile }) {
  return (
    <Card title="Columns" flush>
      <div className={styles.rows}>
        <table>
          <thead>
            <tr>
              <th>Column</th>
              <th>Type</th>
              <th>Values</th>
              <th>Distribution</th>
              <th data-right>Missing</th>
            </tr>
          </thead>
          <tbody>
            {profile.columns.map((column) => (
              <tr key={column.name}>
                <td>
                  <strong>{column.name}</strong>
                </td>
                <td>
                  <Badge>{column.type}</Badge>
                </td>
                <td className="muted">{valuesOf(column)}</td>
                <td>
                  <Distribution column={column} />
                </td>
                <td data-right className={column.missing > 0 ? undefined : 'faint'}>
                  {column.missing > 0
                    ? `${count(column.missing)} (${percent(column.missing / profile.rows)})`
                    : '0'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function valuesOf(column: ColumnProfile): string {
  if (column.image)
    return `${column.image.width} × ${column.image.height}, ${column.image.channels === 1 ? 'grey' : 'colour'}`;
  if (column.type === 'image') return 'pictures of several sizes';
  if (column.audio) {
    const { rate, seconds } = column.audio;
    return `${decimal(seconds.min, 2)} – ${decimal(seconds.max, 2)} s, ${decimal(rate / 1000)} kHz`;
  }
  if (column.type === 'boxes')
    return `${decimal(column.min ?? 0)} – ${decimal(column.max ?? 0)} a picture, ${plural(column.distinct, 'label')}`;
  if (column.type === 'number' && column.min !== null && column.max !== null)
    return `${decimal(column.min)} – ${decimal(column.max)}`;
  return `${plural(column.distinct, 'value')}${column.distinctCapped ? ' or more' : ''}`;
}

function Preview({ profile }: { profile: DatasetProfile }) {
  return (
    <Card title="First rows" flush>
      <div className={styles.rows}>
        <table>
          <thead>
            <tr>
              {profile.columns.map(({ name, type }) => (
                <th key={name} data-right={type === 'number' || undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {profile.preview.map((row, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
              <tr key={i}>
                {profile.columns.map(({ name, type }, j) => (
                  <td key={name} data-right={type === 'number' || undefined}>
                    {row[j] === '' ? <span className="faint">–</span> : row[j]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
