/** All projects, and making one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { FolderPlus, Plus } from 'lucide-react';
import { useState } from 'react';
import { createProject } from '../../shared/api/routes/projects.ts';
import { Name } from '../../shared/schema/id.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/control.tsx';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import { ago, plural } from '../ui/format.ts';
import { Empty, ErrorNote, Skeleton } from '../ui/surface.tsx';
import styles from './page.module.css';

export function ProjectsPage() {
  const { data, error, refetch } = useQuery(queries.projects());
  const [creating, setCreating] = useState(false);
  const create = (
    <Button look="primary" onClick={() => setCreating(true)}>
      <Plus size={16} aria-hidden /> New project
    </Button>
  );

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <h1>Projects</h1>
          <p>Each holds datasets, the runs that learn from them, models and endpoints.</p>
        </div>
        {data && data.length > 0 && create}
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && (
        <div className={styles.tiles}>
          <Skeleton height="8rem" />
          <Skeleton height="8rem" />
        </div>
      )}
      {data?.length === 0 && (
        <Empty icon={<FolderPlus size={20} />} title="Make your first project" action={create}>
          A project is a place for one question: which species, which price, which customers leave. Then give
          it a table (CSV, TSV, JSON) pictures or sounds.
        </Empty>
      )}
      {data && data.length > 0 && (
        <div className={styles.tiles}>
          {data.map((project) => (
            <Link
              key={project.id}
              to="/projects/$project/datasets"
              params={{ project: project.name }}
              className={styles.tile}
            >
              <div>
                <h2>{project.name}</h2>
                <p>{project.description || `Made ${ago(project.createdAt)}`}</p>
              </div>
              <footer>
                <span>{plural(project.counts.datasets, 'dataset')}</span>
                <span>{plural(project.counts.runs, 'run')}</span>
                <span>{plural(project.counts.models, 'model')}</span>
                <span>{plural(project.counts.endpoints, 'endpoint')}</span>
              </footer>
            </Link>
          ))}
        </div>
      )}
      <NewProject open={creating} onOpenChange={setCreating} />
    </div>
  );
}

function NewProject(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api().call(createProject, { body: { name, description } }),
    onSuccess: async (project) => {
      await cache.invalidateQueries({ queryKey: ['projects'] });
      await navigate({ to: '/projects/$project/datasets', params: { project: project.name } });
    },
  });
  const fault = name === '' ? undefined : Name.safeParse(name).error?.issues[0]?.message;

  return (
    <Dialog {...props} title="New project" text="Its name stands in addresses and in the command line.">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          mutate();
        }}
      >
        <TextField
          label="Name"
          placeholder="penguins"
          autoComplete="off"
          value={name}
          onValueChange={setName}
          hint="Lower-case letters, digits, “-”, “_” and “.”"
          error={fault}
        />
        <TextField
          label="Description"
          note="optional"
          value={description}
          onValueChange={setDescription}
          maxLength={500}
        />
        {error && <ErrorNote error={error} />}
        <DialogButtons>
          <Button look="quiet" onClick={() => props.onOpenChange(false)}>
            Cancel
          </Button>
          <Button look="primary" type="submit" busy={isPending} disabled={name === '' || fault !== undefined}>
            Create project
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
