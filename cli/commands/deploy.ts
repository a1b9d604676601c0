/** `trainyard deploy MODEL@VERSION --endpoint NAME [--traffic N]` */
import type { Command } from 'commander';
import { getModel } from '../../shared/api/routes/models.ts';
import { contextOf } from '../context.ts';
import { formatTable } from '../format.ts';
import { parseModelRef, pickVersion } from '../model-ref.ts';
import { answering, parseName, wholeNumber } from '../options.ts';
import { describeEndpoint, publish } from '../publish.ts';

export function addDeploy(program: Command): void {
  answering(program.command('deploy <model@version>'))
    .description('serve a model version (or alias: penguins@champion) at an endpoint')
    .requiredOption('--endpoint <name>', 'name of the endpoint, made if it is not there', parseName)
    .option(
      '--traffic <percent>',
      'share of its requests; what is served now keeps the rest',
      wholeNumber(0, 100),
      100,
    )
    .action(async (text: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ endpoint: string; traffic: number }>(command);
      const ref = parseModelRef(text);
      const context = await connect();
      const { client, project } = context;
      const version = pickVersion(
        await client.call(getModel, { params: { project, model: ref.model } }),
        ref,
      );
      const endpoint = await publish(context, options.endpoint, version.id, options.traffic);
      const shares = endpoint.deployments.map(({ modelVersion, traffic }) => [
        `${modelVersion.name}@${modelVersion.version}`,
        `${traffic} %`,
      ]);
      output.result(
        endpoint,
        () => `${formatTable(['serves', 'traffic'], shares)}\n\n${describeEndpoint(context, endpoint)}`,
      );
    });
}
