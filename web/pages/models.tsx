/** A project's models. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Boxes } from 'lucide-react';
import type { Model } from '../../shared/schema/model.ts';
import { queries } from '../queries.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ago } from '../ui/format.ts';
import { Badge, Empty } from '../ui/surface.tsx';
import { ListPage } from './list-page.tsx';
import { headline } from './metrics.ts';
import type { Column } from './table.tsx';

export function ModelsPage() {
  const { project } = useParams({ from: '/app/projects/$project/models' });
  return (
    <ListPage
      title="Models"
      hint="What runs have learnt, version by version."
      query={useQuery(queries.models(project))}
      empty={
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
      }
      columns={columnsIn(project)}
    />
  );
}

const columnsIn = (project: string): Column<Model>[] => [
  {
    head: 'Model',
    cell: ({ name, latest }) => (
      <>
        <Link to="/projects/$project/models/$model" params={{ project, model: name }} data-row>
          {name}
        </Link>{' '}
        <span className="faint">v{latest.version}</span>
      </>
    ),
  },
  { head: 'Predicts', isMuted: true, cell: ({ latest }) => latest.output.target },
  {
    head: 'Aliases',
    cell: ({ aliases }) =>
      Object.entries(aliases).map(([alias, version]) => (
        <Badge key={alias} tone="live">
          {alias} v{version}
        </Badge>
      )),
  },
  { head: 'Test', isRight: true, cell: ({ latest }) => <Headline model={latest} /> },
  { head: 'Latest', isRight: true, isMuted: true, cell: ({ latest }) => ago(latest.createdAt) },
];

function Headline({ model }: { model: Model['latest'] }) {
  const best = headline(model.metrics.test);
  return (
    <>
      {best?.text} <span className="faint">{best?.label}</span>
    </>
  );
}
