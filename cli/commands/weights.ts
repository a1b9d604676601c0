/** `trainyard weights list|add`: what pretrained backbones begin with. */
import type { Command } from 'commander';
import { listWeights } from '../../shared/api/routes/weights.ts';
import { messageOf } from '../../shared/errors.ts';
import { makeWeightFile } from '../../shared/import/make-weight-file.ts';
import { readLayersModel, weightPaths } from '../../shared/import/read-layers-model.ts';
import type { SourceModel } from '../../shared/import/source-model.ts';
import { backbones } from '../../shared/model/backbones/list.ts';
import { contextOf } from '../context.ts';
import { badUsage } from '../failure.ts';
import { formatBytes } from '../format.ts';
import { readModelFiles, uploadWeights } from '../model-source.ts';
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
    .option('--from <file>', "a copy of the published model (model.json), instead of the network's")
    .action(async (backbone: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ from?: string }>(command);
      const file = backbones.find(({ type }) => type === backbone)?.weights;
      if (!file)
        throw badUsage(
          `there is no backbone "${backbone}": expected one of ${backbones.map(({ type }) => type).join(', ')}`,
        );
      const { client } = await connect();
      const source = options.from ? await readModelFiles(options.from) : await download(file.source.url);
      const bytes = makeWeightFile(source, file);
      await uploadWeights(client, { bytes, sha256: file.sha256 });
      output.result(
        { backbone, sha256: file.sha256, bytes: bytes.length },
        () => `${file.title}: ${formatBytes(bytes.length)} kept (${file.licence})`,
      );
    });
}

async function download(url: string): Promise<SourceModel> {
  const get = async (address: string) => {
    const response = await fetch(address, { signal: AbortSignal.timeout(60_000) }).catch((error: unknown) => {
      throw badUsage(
        `${address} cannot be reached (${messageOf(error)}); name a copy of it with --from model.json`,
      );
    });
    if (!response.ok)
      throw badUsage(`${address} answers ${response.status}; name a copy of it with --from model.json`);
    return response;
  };
  const json: unknown = await (await get(url)).json();
  const files = new Map<string, Uint8Array>();
  for (const path of weightPaths(json)) {
    files.set(path, new Uint8Array(await (await get(new URL(path, url).href)).arrayBuffer()));
  }
  return readLayersModel(json, files);
}
