/** `trainyard deploy MODEL@VERSION --endpoint NAME [--traffic N]`, or `trainyard deploy --graph FILE --endpoint NAME` */
import { type Command, Option } from 'commander';
import { getModel } from '../../shared/api/routes/models.ts';
import type { Endpoint } from '../../shared/schema/endpoint.ts';
import type { GraphStep } from '../../shared/schema/inference-graph.ts';
import { PRECISIONS, type Precision } from '../../shared/schema/precision.ts';
import { type Context, contextOf } from '../context.ts';
import { badUsage } from '../failure.ts';
import { formatNumber, formatTable } from '../format.ts';
import { parseModelRef, pickVersion } from '../model-ref.ts';
import { answering, parseName, wholeNumber } from '../options.ts';
import { describeEndpoint, publish, publishGraph } from '../publish.ts';
import { readGraph } from '../read-graph.ts';

interface DeployOptions {
  endpoint: string;
  traffic: number;
  precision: Precision;
  graph?: string;
}

export function addDeploy(program: Command): void {
  answering(program.command('deploy [model@version]'))
    .description('serve a model version (or alias: penguins@champion), or a graph of models, at an endpoint')
    .requiredOption('--endpoint <name>', 'name of the endpoint, made if it is not there', parseName)
    .option(
      '--traffic <percent>',
      'share of its requests; what is served now keeps the rest',
      wholeNumber(0, 100),
      100,
    )
    .addOption(
      new Option(
        '--precision <numbers>',
        'what a network computes in; model show tells what it loses in whole numbers',
      )
        .choices(PRECISIONS)
        .default('float32'),
    )
    .option(
      '--graph <file>',
      'a graph of models as JSON (- for stdin): {"nodes": {"root": {"type": "sequence", "steps": […]}}}',
    )
    .action(async (text: string | undefined, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<DeployOptions>(command);
      if ((text === undefined) === (options.graph === undefined))
        throw badUsage('expected either MODEL@VERSION or --graph FILE');
      const put = text === undefined ? await graphPutter(options) : modelPutter(text, options);
      const context = await connect();
      const endpoint = await put(context);
      output.result(endpoint, () => `${describe(endpoint)}\n\n${describeEndpoint(context, endpoint)}`);
    });
}

type Put = (context: Context) => Promise<Endpoint>;

function modelPutter(text: string, { endpoint, traffic, precision }: DeployOptions): Put {
  const ref = parseModelRef(text);
  return async (context) => {
    const { client, project } = context;
    const model = await client.call(getModel, { params: { project, model: ref.model } });
    const modelVersion = pickVersion(model, ref).id;
    return publish(context, endpoint, { modelVersion, precision }, traffic);
  };
}

async function graphPutter({ graph: file, endpoint }: DeployOptions): Promise<Put> {
  const graph = await readGraph(file!);
  return (context) => publishGraph(context, endpoint, graph);
}

function describe({ deployments, graph }: Endpoint): string {
  if (!graph) {
    const shares = deployments.map(({ modelVersion: { name, version }, traffic, precision }) => [
      `${name}@${version}`,
      `${traffic} %`,
      precision,
    ]);
    return formatTable(['serves', 'traffic', 'numbers'], shares);
  }
  const steps = Object.entries(graph.nodes).flatMap(([node, { type, steps }]) =>
    steps.map(({ model, version, node: next, weight }: GraphStep, i) => [
      i === 0 ? node : '',
      i === 0 ? type : '',
      `${next ?? `${model}@${version}`}${weight === undefined ? '' : `, weight ${formatNumber(weight)}`}`,
    ]),
  );
  return formatTable(['node', 'type', 'steps'], steps);
}
