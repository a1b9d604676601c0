/** `trainyard dataset push|list` */
import type { Command } from 'commander';
import { listDatasets } from '../../shared/api/routes/datasets.ts';
import { contextOf, ensureProject } from '../context.ts';
import { profileSource, readSource, uploadSource } from '../dataset-source.ts';
import { formatBytes, formatTable } from '../format.ts';
import { answering, parseName } from '../options.ts';

export function addDataset(program: Command): void {
  const dataset = program.command('dataset').description('files of data, kept in versions');

  answering(dataset.command('push <file...>'))
    .description(
      'upload a table (CSV, TSV, JSON lines; gzip too), a zip or folder of pictures or WAV files (a folder per label), or a pair of IDX files',
    )
    .option('--name <name>', 'name of the dataset (default: from the file)', parseName)
    .action(async (files: string[], _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ name?: string }>(command);
      const source = await readSource(files);
      await profileSource(source);
      const context = await connect();
      await ensureProject(context);
      const version = await uploadSource(context, source, options.name ?? source.name);
      output.result(version, () => {
        const { rows, columns } = version.profile;
        const head = `${version.name}@${version.version}: ${rows} rows, ${columns.length} columns, ${formatBytes(version.size)}`;
        const table = columns.map((one) => [
          one.name,
          one.type,
          String(one.missing),
          `${one.distinct}${one.distinctCapped ? '+' : ''}`,
        ]);
        return `${head}\n\n${formatTable(['column', 'type', 'missing', 'distinct'], table)}`;
      });
    });

  answering(dataset.command('list'))
    .description('datasets of the project, newest first')
    .action(async (_: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const { client, project } = await connect();
      const datasets = await client.call(listDatasets, { params: { project } });
      output.result(datasets, () =>
        formatTable(
          ['dataset', 'version', 'rows', 'columns', 'size', 'created'],
          datasets.map(({ name, latest }) => [
            name,
            String(latest.version),
            String(latest.profile.rows),
            String(latest.profile.columns.length),
            formatBytes(latest.size),
            latest.createdAt,
          ]),
        ),
      );
    });
}
