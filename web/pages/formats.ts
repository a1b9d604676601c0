/** What formats of datasets are called, and what one and all of their examples are. */
import type { DatasetFormat } from '../../shared/schema/dataset.ts';

const ofRows = (title: string) => ({ title, one: 'row', all: 'Rows' });

export const FORMATS: Readonly<Record<DatasetFormat, { title: string; one: string; all: string }>> = {
  csv: ofRows('CSV'),
  tsv: ofRows('TSV'),
  json: ofRows('JSON'),
  pictures: { title: 'Pictures', one: 'picture', all: 'Pictures' },
  sounds: { title: 'Sounds', one: 'sound', all: 'Sounds' },
};
