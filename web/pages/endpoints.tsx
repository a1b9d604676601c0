/** A project's endpoints. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Radio } from 'lucide-react';
import { queries } from '../queries.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ago } from '../ui/format.ts';
import { Card, Empty, ErrorNote, Skeleton } from '../ui/surface.tsx';
import { NewGraphButton } from './graph-card.tsx';
import styles from './page.module.css';

export function EndpointsPage() {
  const { project } = useParams({ from: '/app/projects/$project/endpoints' });
  const { data, error, refetch } = useQuery(queries.endpoints(project));
  const { data: models } = useQuery(queries.models(project));
  const navigate = useNavigate();

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <h1>Endpoints</h1>
          <p>Addresses that predict.</p>
        </div>
        {models && models.length > 0 && (
          <NewGraphButton
            project={project}
            models={models.map(({ name }) => name)}
            onMade={(endpoint) =>
              void navigate({
                to: '/projects/$project/endpoints/$endpoint',
                params: { project, endpoint },
              })
            }
          />
        )}
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="8rem" />}
      {data?.length === 0 && (
        <Empty
          icon={<Radio size={20} />}
          title="Nothing is published yet"
          action={
            <ButtonLink look="primary" to="/projects/$project/models" params={{ project }}>
              See the models
            </ButtonLink>
          }
        >
          Publish a model, and it gets an address that any program with a token can ask for predictions.
        </Empty>
      )}
      {data && data.length > 0 && (
        <Card flush>
          <div className={styles.rows}>
            <table>
              <thead>
                <tr>
                  <th>Endpoint</th>
                  <th>Serves</th>
                  <th>Predicts</th>
                  <th data-right>Changed</th>
                </tr>
              </thead>
              <tbody>
                {data.map(({ id, name, deployments, graph, updatedAt }) => (
                  <tr key={id}>
                    <td>
                      <Link
                        to="/projects/$project/endpoints/$endpoint"
                        params={{ project, endpoint: name }}
                        data-row
                      >
                        {name}
                      </Link>
                    </td>
                    <td>
                      {deployments
                        .map(
                          ({ modelVersion: { name, version }, traffic }) =>
                            `${name} v${version}${graph || traffic === 100 ? '' : ` ${traffic}%`}`,
                        )
                        .join(', ')}
                    </td>
                    <td className="muted">{deployments[0]?.modelVersion.output.target}</td>
                    <td data-right className="muted">
                      {ago(updatedAt)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Card>
      )}
    </div>
  );
}
