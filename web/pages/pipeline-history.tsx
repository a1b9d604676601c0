/** Earlier versions of the definition: what each had different, and the way back to it. */
import { useQuery } from '@tanstack/react-query';
import { diffSpecs } from '../../shared/definition/diff-specs.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { AppError } from '../../shared/errors.ts';
import { queries } from '../queries.ts';
import { Button } from '../ui/button.tsx';
import { ago } from '../ui/format.ts';
import { Card, ErrorNote } from '../ui/surface.tsx';
import styles from './page.module.css';

/** Differences that are told before the rest is counted. */
const SHOWN = 3;

export function PipelineHistory(props: {
  project: string;
  pipeline: string;
  /** The one that is shown, to which the others are compared. */
  spec: PipelineSpec;
  onOpen: (spec: PipelineSpec) => void;
}) {
  const { project, pipeline, spec, onOpen } = props;
  const { data, error, refetch } = useQuery(queries.pipelineVersions(project, pipeline));
  // before the first training there is no pipeline, and so no history
  if (error instanceof AppError && error.code === 'not_found') return null;
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (!data || data.length === 0) return null;
  return (
    <Card
      title="Versions"
      hint="Each definition that was trained. Opening one changes nothing until you train it."
      flush
    >
      <div className={styles.rows}>
        <table>
          <tbody>
            {data.map(({ id, version, createdAt, spec: earlier }) => {
              const changes = diffSpecs(earlier, spec);
              return (
                <tr key={id}>
                  <td>
                    {version} <span className="faint">{ago(createdAt)}</span>
                  </td>
                  <td>
                    {changes.length === 0 ? <span className="muted">the one shown</span> : told(changes)}
                  </td>
                  <td data-right>
                    {changes.length > 0 && (
                      <Button
                        look="quiet"
                        aria-label={`Open version ${version}`}
                        onClick={() => onOpen(earlier)}
                      >
                        Open
                      </Button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

/** From the earlier one to the one shown. */
function told(changes: ReturnType<typeof diffSpecs>): string {
  const shown = changes.slice(0, SHOWN).map(({ text }) => text);
  const more = changes.length > SHOWN ? `, and ${changes.length - SHOWN} more` : '';
  return `since then: ${shown.join('; ')}${more}`;
}
