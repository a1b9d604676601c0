/** What is typical of each group that a clustering found, read from its artifact. */
import { useQuery } from '@tanstack/react-query';
import { getModelArtifact } from '../../shared/api/routes/models.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import { api } from '../session.ts';
import { decimal } from '../ui/format.ts';
import { Card, ErrorNote, Skeleton } from '../ui/surface.tsx';
import styles from './page.module.css';

export function ModelGroups({ version }: { version: ModelVersion }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['groups', version.id],
    queryFn: () => groupsOf(version),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height="10rem" />;
  if (!data || data.features.length === 0) return null;
  return (
    <Card
      title="What is typical"
      hint="Of each group its middle: the mean of a number, the most frequent of categories. The largest group comes first."
      flush
    >
      <div className={styles.rows}>
        <table>
          <thead>
            <tr>
              <th>Feature</th>
              {data.names.map((name) => (
                <th key={name} data-right>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.features.map(({ name, values }) => (
              <tr key={name}>
                <td>
                  <strong>{name}</strong>
                </td>
                {data.names.map((group, i) => (
                  <td key={group} data-right>
                    {shown(values[i]!)}
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

const shown = (value: number | string | null): string =>
  typeof value === 'number' ? decimal(value) : (value ?? '–');

/** What reads artifacts is loaded when there is one to read. */
async function groupsOf({ id, artifact }: ModelVersion) {
  const [{ decodeArtifact }, { describeGroups }, response] = await Promise.all([
    import('../../shared/artifact/artifact.ts'),
    import('../../shared/artifact/describe-groups.ts'),
    api().call(getModelArtifact, { params: { version: id } }),
  ]);
  return describeGroups(decodeArtifact(new Uint8Array(await response.arrayBuffer()), artifact));
}
