/** A project's searches. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Telescope } from 'lucide-react';
import type { Sweep } from '../../shared/schema/sweep-view.ts';
import { queries } from '../queries.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ago } from '../ui/format.ts';
import { Empty } from '../ui/surface.tsx';
import { ListPage } from './list-page.tsx';
import { SweepBadge } from './sweep.tsx';
import type { Column } from './table.tsx';

export function SweepsPage() {
  const { project } = useParams({ from: '/app/projects/$project/searches' });
  return (
    <ListPage
      title="Searches"
      hint="Each tries many definitions on one dataset, and keeps the best."
      query={useQuery(queries.sweeps(project))}
      empty={
        <Empty
          icon={<Telescope size={20} />}
          title="Nothing has been searched for yet"
          action={
            <ButtonLink look="primary" to="/projects/$project/datasets" params={{ project }}>
              Choose a dataset
            </ButtonLink>
          }
        >
          Open a dataset, choose the column to predict, and have the templates that fit tried for some
          minutes.
        </Empty>
      }
      columns={columnsIn(project)}
    />
  );
}

const columnsIn = (project: string): Column<Sweep>[] => [
  {
    head: 'Search',
    cell: ({ id, name }) => (
      <Link to="/projects/$project/searches/$sweep" params={{ project, sweep: id }} data-row>
        {name}
      </Link>
    ),
  },
  { head: 'State', cell: ({ state }) => <SweepBadge state={state} /> },
  { head: 'Model', cell: ({ model }) => model },
  { head: 'Trials', isRight: true, cell: ({ trials }) => trials },
  { head: 'Begun', isRight: true, isMuted: true, cell: ({ createdAt }) => ago(createdAt) },
];
