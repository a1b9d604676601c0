/** The definition of a training to come: into the composer, by hand, from a model of others, and out as a link. */
import { Blocks } from 'lucide-react';
import { definitionToLink } from '../../shared/definition/definition-link.ts';
import { isNetwork, type PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Card } from '../ui/surface.tsx';
import { CopyLink, linkHere } from './copy-link.tsx';
import { DefinitionEditor } from './definition-editor.tsx';
import { ModelImport } from './model-import.tsx';
import styles from './page.module.css';
import { writeDefinition } from './read-definition.ts';

export function DefinitionCard({
  project,
  version,
  target,
  suggested,
  fromFields,
  spec,
  edited,
  problem,
  onEdit,
}: {
  project: string;
  version: DatasetVersion;
  /** As the page's address has it. */
  target: string;
  /** The template's. */
  suggested: PipelineSpec;
  /** The template's with the numbers of the form. */
  fromFields: PipelineSpec;
  /** What would be trained; null while it is faulty. */
  spec: PipelineSpec | null;
  /** As edited by hand; null while it is the template's. */
  edited: string | null;
  problem: string | null;
  onEdit: (edited: string | null) => void;
}) {
  return (
    <Card title="The definition" hint="All of it, as it is kept, hashed and served.">
      <div className={styles.form}>
        {edited === null ? (
          <div className={styles.actions}>
            <ButtonLink
              to="/projects/$project/datasets/$dataset/compose"
              params={{ project, dataset: version.name }}
              search={{ target, definition: definitionToLink(spec ?? suggested) }}
            >
              <Blocks size={15} aria-hidden /> Open in the composer
            </ButtonLink>
            <Button onClick={() => onEdit(writeDefinition(fromFields))}>Edit as JSON</Button>
          </div>
        ) : (
          <DefinitionEditor
            text={edited}
            problem={problem}
            onTextChange={onEdit}
            onReset={() => onEdit(null)}
          />
        )}
        {isNetwork(suggested) && edited === null && (
          <ModelImport
            base={suggested}
            profile={version.profile}
            onImport={(imported) => onEdit(writeDefinition(imported))}
          />
        )}
        <CopyLink link={linkHere(target, spec)} />
      </div>
    </Card>
  );
}
