/** A project's models. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Boxes } from 'lucide-react';
import { queries } from '../queries.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ago } from '../ui/format.ts';
import { Badge, Card, Empty, ErrorNote, Skeleton } from '../ui/surface.tsx';
import { headline } from './metrics.ts';
import styles from './page.module.css';

export function ModelsPage() {
  const { project } = useParams({ from: '/app/projects/$project/models' });
  const { data, error, refetch } = useQuery(queries.models(project));

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <h1>Models</h1>
          <p>What runs have learnt, version by version.</p>
        </div>
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="8rem" />}
      {data?.length === 0 && (
        <Empty
          icon={<Boxes size={20} />}
          title="No model yet"
          action={
            <ButtonLink look="primary" to="/projects/$project/datasets" params={{ project }}>
              Choose a dataset
            </ButtonLink>
          }
        >
          A run that succeeds registers its model here by itself.
        </Empty>
      )}
      {data && data.length > 0 && (
        <Card flush>
          <div className={styles.rows}>
            <table>
              <thead>
                <tr>
                  <th>Model</th>
                  <th>Predicts</th>
                  <th>Aliases</th>
                  <th data-right>Test</th>
                  <th data-right>Latest</th>
                </tr>
              </thead>
              <tbody>
                {data.map(({ id, name, aliases, latest }) => {
                  const best = headline(latest.metrics.test);
                  return (
                    <tr key={id}>
                      <td>
                        <Link
                          to="/projects/$project/models/$model"
                          params={{ project, model: name }}
                          data-row
                        >
                          {name}
                        </Link>{' '}
                        <span className="faint">v{latest.version}</span>
                      </td>
                      <td className="muted">{latest.output.target}</td>
                      <td>
                        {Object.entries(aliases).map(([alias, version]) => (
                          <Badge key={alias} tone="live">
                            {alias} v{version}
                          </Badge>
                        ))}
                      </td>
                      <td data-right>
                        {best?.text} <span className="faint">{best?.label}</span>
                      </td>
                      <td data-right className="muted">
                        {ago(latest.createdAt)}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </Card>
      )}
    </div>
  );
}
