/** A project's datasets, and adding one. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Dataset } from '../../shared/schema/dataset.ts';
import { queries } from '../queries.ts';
import { ago, bytes, count } from '../ui/format.ts';
import { Badge } from '../ui/surface.tsx';
import { DatasetUpload } from './dataset-upload.tsx';
import { FORMATS } from './formats.ts';
import { ListPage } from './list-page.tsx';
import type { Column } from './table.tsx';

export function DatasetsPage() {
  const { project } = useParams({ from: '/app/projects/$project/datasets' });
  return (
    <ListPage
      title="Datasets"
      hint="A table (CSV, TSV, JSON), or pictures or sounds in a folder for each label. Every upload is kept as a version."
      adding={<DatasetUpload project={project} />}
      query={useQuery(queries.datasets(project))}
      columns={columnsIn(project)}
    />
  );
}

const columnsIn = (project: string): Column<Dataset>[] => [
  {
    head: 'Name',
    cell: ({ name, latest }) => (
      <>
        <Link to="/projects/$project/datasets/$dataset" params={{ project, dataset: name }} data-row>
          {name}
        </Link>{' '}
        <span className="faint">v{latest.version}</span>
      </>
    ),
  },
  { head: 'Kind', cell: ({ latest }) => <Badge>{FORMATS[latest.format].title}</Badge> },
  { head: 'Rows', isRight: true, cell: ({ latest }) => count(latest.profile.rows) },
  { head: 'Columns', isRight: true, cell: ({ latest }) => count(latest.profile.columns.length) },
  { head: 'Size', isRight: true, cell: ({ latest }) => bytes(latest.size) },
  { head: 'Added', isRight: true, isMuted: true, cell: ({ latest }) => ago(latest.createdAt) },
];
