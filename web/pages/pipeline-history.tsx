/** Earlier versions of the definition: what each had different, and the way back to it. */
import { useQuery } from '@tanstack/react-query';
import { diffSpecs } from '../../shared/definition/diff-specs.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { queries } from '../queries.ts';
import { Button } from '../ui/button.tsx';
import { ago } from '../ui/format.ts';
import { Card, ErrorNote } from '../ui/surface.tsx';
import styles from './pipeline-history.module.css';

export function PipelineHistory(props: {
  project: string;
  pipeline: string;
  /** The one that is shown, to which the others are compared. */
  spec: PipelineSpec;
  onOpen: (spec: PipelineSpec) => void;
  /** Differences that are told before the rest is counted. */
  shown?: number;
}) {
  const { project, pipeline, spec, onOpen, shown = 3 } = props;
  // before the first training there is no pipeline, and so no history
  const { data: pipelines } = useQuery(queries.pipelines(project));
  const { data, error, refetch } = useQuery({
    ...queries.pipelineVersions(project, pipeline),
    enabled: pipelines?.some(({ name }) => name === pipeline) ?? false,
  });
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (!data || data.length === 0) return null;
  return (
    <Card
      title="Versions"
      hint="Each definition that was trained. Opening one changes nothing until you train it."
      flush
    >
      <ul className={styles.versions}>
        {data.map(({ id, version, createdAt, spec: earlier }) => {
          const changes = diffSpecs(earlier, spec);
          return (
            <li key={id}>
              <span>
                Version {version} <span className="faint">{ago(createdAt)}</span>
              </span>
              {changes.length > 0 && (
                <Button look="quiet" aria-label={`Open version ${version}`} onClick={() => onOpen(earlier)}>
                  Open
                </Button>
              )}
              <p className={styles.changes}>
                {changes.length === 0 ? 'the one shown' : told(changes, shown)}
              </p>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** From the earlier one to the one shown, the weightiest first: of the features there may be many. */
function told(changes: ReturnType<typeof diffSpecs>, most: number): string {
  const isFeature = ({ path }: { path: string }) => path.startsWith('features');
  const ordered = [...changes.filter((change) => !isFeature(change)), ...changes.filter(isFeature)];
  const shown = ordered.slice(0, most).map(({ text }) => text);
  const more = changes.length > most ? `; and ${changes.length - most} more` : '';
  return `since then: ${shown.join('; ')}${more}`;
}
