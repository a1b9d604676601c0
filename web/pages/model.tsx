/** One model: its versions with their metrics, aliases, artifacts, and the way to publish. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ChevronLeft, Download, Star } from 'lucide-react';
import { putModelAlias } from '../../shared/api/routes/models.ts';
import { METRIC_NAMES, METRICS } from '../../shared/schema/metric.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { IconButton } from '../ui/button.tsx';
import { ago, bytes, plural } from '../ui/format.ts';
import { Badge, Card, ErrorNote, Skeleton, Stats } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import { metricRows, metricText } from './metrics.ts';
import { ExportSelect, exportModel } from './model-export.tsx';
import styles from './page.module.css';
import { PublishButton } from './publish.tsx';

const CHAMPION = 'champion';

export function ModelPage() {
  const { project, model: name } = useParams({ from: '/app/projects/$project/models/$model' });
  const { data, error, refetch } = useQuery(queries.model(project, name));
  const latest = data?.latest;

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <Link to="/projects/$project/models" params={{ project }} className={styles.back}>
            <ChevronLeft size={14} aria-hidden /> Models
          </Link>
          <h1>{name}</h1>
          {latest && <p>{describe(latest)}</p>}
        </div>
        {latest && (
          <div className={styles.actions}>
            <ExportSelect version={latest} />
            <PublishButton project={project} model={name} modelVersion={latest.id} />
          </div>
        )}
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="16rem" />}
      {latest && <Stats items={metricRows(latest.metrics.test).map((row) => ({ ...row, note: 'test' }))} />}
      {data && <Versions project={project} versions={data.versions} aliases={data.aliases} />}
    </div>
  );
}

function describe({ output, inputs }: ModelVersion): string {
  const from = `from ${plural(inputs.length, 'input')}`;
  if (output.task === 'object-detection')
    return `Finds ${plural(output.classes.length, 'kind')} of objects in a picture: ${output.classes.slice(0, 6).join(', ')}${output.classes.length > 6 ? ' …' : ''}.`;
  if (output.task === 'translation') return `Says the text “${output.target}”, ${from}.`;
  return output.task === 'classification'
    ? `Tells “${output.target}” apart, ${plural(output.classes.length, 'class', 'classes')}, ${from}.`
    : `Predicts the number “${output.target}”, ${from}.`;
}

function Versions(props: { project: string; versions: ModelVersion[]; aliases: Record<string, number> }) {
  const { project, versions, aliases } = props;
  const cache = useQueryClient();
  const promote = useMutation({
    mutationFn: ({ name, version }: ModelVersion) =>
      api().call(putModelAlias, { params: { project, model: name, alias: CHAMPION }, body: { version } }),
    onSuccess: (_, { name, version }) => {
      toast.done(`${name} v${version} is the ${CHAMPION}`);
      void cache.invalidateQueries({ queryKey: ['models', project] });
    },
    onError: (error) => toast.failed(error, 'The alias was not moved'),
  });
  const names = METRIC_NAMES.filter((name) =>
    versions.some(({ metrics }) => metrics.test[name] !== undefined),
  ).slice(0, 4);

  return (
    <Card title="Versions" flush>
      <div className={styles.rows}>
        <table>
          <thead>
            <tr>
              <th>Version</th>
              {names.map((name) => (
                <th key={name} data-right>
                  {METRICS[name].title}
                </th>
              ))}
              <th>Run</th>
              <th data-right>Size</th>
              <th data-right>Made</th>
              <th>
                <span className="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <tr key={version.id}>
                <td>
                  <strong>v{version.version}</strong>{' '}
                  {Object.entries(aliases).map(
                    ([alias, of]) =>
                      of === version.version && (
                        <Badge key={alias} tone="live">
                          {alias}
                        </Badge>
                      ),
                  )}
                </td>
                {names.map((name) => {
                  const value = version.metrics.test[name];
                  return (
                    <td key={name} data-right>
                      {value === undefined ? '–' : metricText(name, value)}
                    </td>
                  );
                })}
                <td>
                  <Link
                    to="/projects/$project/runs/$run"
                    params={{ project, run: version.run }}
                    className={styles.back}
                  >
                    its run
                  </Link>
                </td>
                <td data-right>{bytes(version.size)}</td>
                <td data-right className="muted">
                  {ago(version.createdAt)}
                </td>
                <td>
                  <div className={styles.actions} style={{ flexWrap: 'nowrap', justifyContent: 'flex-end' }}>
                    {aliases[CHAMPION] !== version.version && (
                      <IconButton
                        label={`Make v${version.version} the ${CHAMPION}`}
                        onClick={() => promote.mutate(version)}
                      >
                        <Star size={15} aria-hidden />
                      </IconButton>
                    )}
                    <IconButton
                      label={`Download the artifact of v${version.version}`}
                      onClick={() => void exportModel(version, 'artifact')}
                    >
                      <Download size={15} aria-hidden />
                    </IconButton>
                    <PublishButton quiet project={project} model={version.name} modelVersion={version.id} />
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
