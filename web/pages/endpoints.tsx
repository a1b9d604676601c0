/** A project's endpoints. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Radio } from 'lucide-react';
import type { Endpoint } from '../../shared/schema/endpoint.ts';
import { queries } from '../queries.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ago } from '../ui/format.ts';
import { Empty } from '../ui/surface.tsx';
import { NewGraphButton } from './graph-card.tsx';
import { ListPage } from './list-page.tsx';
import type { Column } from './table.tsx';

export function EndpointsPage() {
  const { project } = useParams({ from: '/app/projects/$project/endpoints' });
  const { data: models = [] } = useQuery(queries.models(project));
  const navigate = useNavigate();
  return (
    <ListPage
      title="Endpoints"
      hint="Addresses that predict."
      tools={
        models.length > 0 && (
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
        )
      }
      query={useQuery(queries.endpoints(project))}
      empty={
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
      }
      columns={columnsIn(project)}
    />
  );
}

const columnsIn = (project: string): Column<Endpoint>[] => [
  {
    head: 'Endpoint',
    cell: ({ name }) => (
      <Link to="/projects/$project/endpoints/$endpoint" params={{ project, endpoint: name }} data-row>
        {name}
      </Link>
    ),
  },
  {
    head: 'Serves',
    cell: ({ deployments, graph }) =>
      deployments
        .map(
          ({ modelVersion: { name, version }, traffic }) =>
            `${name} v${version}${graph || traffic === 100 ? '' : ` ${traffic}%`}`,
        )
        .join(', '),
  },
  {
    head: 'Predicts',
    isMuted: true,
    cell: ({ deployments }) => deployments[0]?.modelVersion.output.target,
  },
  { head: 'Changed', isRight: true, isMuted: true, cell: ({ updatedAt }) => ago(updatedAt) },
];
