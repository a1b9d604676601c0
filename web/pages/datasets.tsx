/** A project's datasets, and adding one. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { queries } from '../queries.ts';
import { ago, bytes, count, plural } from '../ui/format.ts';
import { Badge, Card, ErrorNote, Skeleton } from '../ui/surface.tsx';
import { DatasetUpload } from './dataset-upload.tsx';
import { FORMATS } from './formats.ts';
import styles from './page.module.css';

export function DatasetsPage() {
  const { project } = useParams({ from: '/app/projects/$project/datasets' });
  const { data, error, refetch } = useQuery(queries.datasets(project));

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <h1>Datasets</h1>
          <p>
            A table (CSV, TSV, JSON), or pictures or sounds in a folder for each label. Every upload is kept
            as a version.
          </p>
        </div>
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      <DatasetUpload project={project} />
      {!data && !error && <Skeleton height="6rem" />}
      {data && data.length > 0 && (
        <Card flush>
          <div className={styles.rows}>
            <table>
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Kind</th>
                  <th data-right>Rows</th>
                  <th data-right>Columns</th>
                  <th data-right>Size</th>
                  <th data-right>Added</th>
                </tr>
              </thead>
              <tbody>
                {data.map(({ id, name, latest }) => (
                  <tr key={id}>
                    <td>
                      <Link
                        to="/projects/$project/datasets/$dataset"
                        params={{ project, dataset: name }}
                        data-row
                      >
                        {name}
                      </Link>{' '}
                      <span className="faint">v{latest.version}</span>
                    </td>
                    <td>
                      <Badge>{FORMATS[latest.format].title}</Badge>
                    </td>
                    <td data-right>{count(latest.profile.rows)}</td>
                    <td data-right title={plural(latest.profile.columns.length, 'column')}>
                      {count(latest.profile.columns.length)}
                    </td>
                    <td data-right>{bytes(latest.size)}</td>
                    <td data-right className="muted">
                      {ago(latest.createdAt)}
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
