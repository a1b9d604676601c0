/** `trainyard pipeline list|show|push|diff|schema` */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import {
  listPipelines,
  listPipelineVersions,
  type PipelineVersion,
  putPipeline,
} from '../../shared/api/routes/pipelines.ts';
import { diffSpecs } from '../../shared/definition/diff-specs.ts';
import { pipelineJsonSchema } from '../../shared/definition/json-schema.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { type Context, contextOf, ensureProject } from '../context.ts';
import { badUsage } from '../failure.ts';
import { formatTable } from '../format.ts';
import { answering, parseName } from '../options.ts';
import { readSpec } from '../read-spec.ts';

export function addPipeline(program: Command): void {
  const pipeline = program.command('pipeline').description('pipeline definitions and their versions');

  answering(pipeline.command('list'))
    .description('pipelines of the project, newest first')
    .action(async (_: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const { client, project } = await connect();
      const found = await client.call(listPipelines, { params: { project } });
      output.result(found, () => tableOf(found));
    });

  answering(pipeline.command('versions <name>'))
    .description('all versions of a pipeline, newest first')
    .action(async (name: string, _: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const found = await versionsOf(await connect(), parseName(name));
      output.result(found, () => tableOf(found));
    });

  answering(pipeline.command('show <pipeline>'))
    .description(
      'the definition of NAME (its newest version) or NAME@VERSION, as JSON that train --template takes',
    )
    .action(async (text: string, _: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const spec = await specOf(text, connect);
      output.result(spec, () => JSON.stringify(spec, null, 2));
    });

  answering(pipeline.command('push <name> <file>'))
    .description('add a definition (JSON) as a version; one that is there already gives that version')
    .action(async (name: string, file: string, _: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const body = await readSpec(file);
      const context = await connect();
      await ensureProject(context);
      const { client, project } = context;
      const params = { project, pipeline: parseName(name) };
      const version = await client.call(putPipeline, { params, body });
      output.result(version, () => `${version.name}@${version.version}`);
    });

  answering(pipeline.command('diff <before> <after>'))
    .description('what differs between two definitions: NAME, NAME@VERSION or a file')
    .action(async (before: string, after: string, _: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const changes = diffSpecs(await specOf(before, connect), await specOf(after, connect));
      const signs = { added: '+', removed: '-', changed: '~' };
      output.result(changes, () =>
        changes.length === 0
          ? 'no difference'
          : changes.map(({ kind, text }) => `${signs[kind]} ${text}`).join('\n'),
      );
    });

  answering(pipeline.command('schema'))
    .description('what a definition may be, as JSON Schema')
    .action((_: unknown, command: Command) => {
      const schema = pipelineJsonSchema();
      contextOf(command).output.result(schema, () => JSON.stringify(schema, null, 2));
    });
}

const tableOf = (versions: readonly PipelineVersion[]): string =>
  formatTable(
    ['pipeline', 'task', 'target', 'features', 'hash', 'created'],
    versions.map(({ name, version, spec, hash, createdAt }) => [
      `${name}@${version}`,
      spec.task,
      spec.target,
      String(spec.features.length),
      hash.slice(0, 10),
      createdAt,
    ]),
  );

const versionsOf = ({ client, project }: Context, pipeline: string): Promise<PipelineVersion[]> =>
  client.call(listPipelineVersions, { params: { project, pipeline } });

/** Of a file here, else of a version that the server has. */
async function specOf(text: string, connect: () => Promise<Context>): Promise<PipelineSpec> {
  if (existsSync(text)) return readSpec(text);
  const [name = '', version, ...rest] = text.split('@');
  if (rest.length > 0 || (version !== undefined && !/^[1-9]\d*$/.test(version)))
    throw badUsage(`"${text}" is neither a file here nor a pipeline: expected NAME or NAME@VERSION`);
  const versions = await versionsOf(await connect(), parseName(name));
  const found = version === undefined ? versions[0] : versions.find((one) => one.version === Number(version));
  if (found) return found.spec;
  const known = versions.map((one) => one.version).join(', ');
  throw badUsage(`${name} has no version "${version}": expected one of ${known}`);
}
