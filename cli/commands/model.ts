/** `trainyard model list|show|export|promote` */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import { getModel, getModelArtifact, listModels, putModelAlias } from '../../shared/api/routes/models.ts';
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { AppError } from '../../shared/errors.ts';
import { exporters } from '../../shared/export/list.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import { PRECISIONS } from '../../shared/schema/precision.ts';
import { contextOf } from '../context.ts';
import { formatBytes, formatTable, headline } from '../format.ts';
import { fetchGroups, formatGroups } from '../model-groups.ts';
import { parseModelRef, pickVersion } from '../model-ref.ts';
import { answering, parseName } from '../options.ts';

export function addModel(program: Command): void {
  const model = program.command('model').description('trained models, their versions and aliases');

  answering(model.command('list'))
    .description('models of the project, newest first')
    .action(async (_: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const { client, project } = await connect();
      const models = await client.call(listModels, { params: { project } });
      output.result(models, () =>
        formatTable(
          ['model', 'latest', 'aliases', 'created', 'test'],
          models.map((one) => [
            one.name,
            String(one.latest.version),
            Object.entries(one.aliases)
              .map(([alias, version]) => `${alias}=${version}`)
              .join(' '),
            one.createdAt,
            headline(one.latest.metrics),
          ]),
        ),
      );
    });

  answering(model.command('show <model>'))
    .description('a model and all its versions; of one that found groups, what is typical of each')
    .action(async (name: string, _: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const { client, project } = await connect();
      const found = await client.call(getModel, { params: { project, model: name } });
      const aliasesOf = (version: number) =>
        Object.entries(found.aliases)
          .filter(([, pointed]) => pointed === version)
          .map(([alias]) => alias)
          .join(' ');
      const groups = await fetchGroups(client, found.latest);
      output.result({ ...found, ...(groups && { groups }) }, () => {
        const versions = formatTable(
          ['version', 'aliases', 'size', 'created', 'test', 'run'],
          found.versions.map((one) => [
            `${one.name}@${one.version}`,
            aliasesOf(one.version),
            formatBytes(one.size),
            one.createdAt,
            headline(one.metrics),
            one.run,
          ]),
        );
        const precisions = formatPrecisions(found.latest);
        return [versions, precisions, groups && formatGroups(groups)].filter(Boolean).join('\n\n');
      });
    });

  answering(model.command('export <model@version>'))
    .description('write a version as files for other tools')
    .addOption(
      new Option(
        '--as <form>',
        `what to write: ${exporters.map(({ name, title }) => `${name} (${title})`).join(', ')}`,
      )
        .choices(exporters.map(({ name }) => name))
        .default('keras'),
    )
    .option('--out <folder>', 'where to (default: MODEL-FORM)')
    .action(async (text: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ as: string; out?: string }>(command);
      const ref = parseModelRef(text);
      const folder = options.out ?? `${ref.model}-${options.as}`;
      const { client, project } = await connect();
      const { id, artifact } = pickVersion(
        await client.call(getModel, { params: { project, model: ref.model } }),
        ref,
      );
      const bytes = await (await client.call(getModelArtifact, { params: { version: id } })).bytes();
      const exporter = exporters.find(({ name }) => name === options.as)!;
      const program = exporter.program && (await fetchProgram(client.baseUrl, exporter.program));
      const files = exporter.files(
        decodeArtifact(bytes, artifact),
        ref.model,
        program ? { bytes, program } : undefined,
      );
      for (const { path, bytes } of files) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), bytes);
      }
      const paths = files.map(({ path }) => join(folder, path));
      output.result({ folder, files: paths }, () => paths.join('\n'));
    });

  answering(model.command('promote <model@version>'))
    .description('point an alias at a version')
    .option('--alias <name>', 'which alias', parseName, 'champion')
    .action(async (text: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ alias: string }>(command);
      const ref = parseModelRef(text);
      const { client, project } = await connect();
      const { version } = pickVersion(
        await client.call(getModel, { params: { project, model: ref.model } }),
        ref,
      );
      const params = { project, model: ref.model, alias: options.alias };
      const found = await client.call(putModelAlias, { params, body: { version } });
      output.result(found, () => `${ref.model}@${options.alias} is now version ${version}`);
    });
}

/** One of the server's own files. */
async function fetchProgram(baseUrl: string, name: string): Promise<string> {
  const response = await fetch(`${baseUrl}/${name}`).catch((cause) => {
    throw new AppError('unavailable', `cannot reach ${baseUrl}: is Trainyard running? (npm start)`, {
      cause,
    });
  });
  return response.text();
}

/** What the version loses in whole numbers. */
function formatPrecisions({ precisions }: ModelVersion): string | null {
  if (!precisions) return null;
  const { rows, metrics } = precisions;
  return formatTable(
    ['numbers', `${rows} validation rows`],
    PRECISIONS.map((name) => [name, headline({ validation: {}, test: metrics[name] })]),
  );
}
