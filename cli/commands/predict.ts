/** `trainyard predict ENDPOINT`: instances from JSON (`--json -` reads stdin) or from `-i feature=value`. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { getEndpoint, predict } from '../../shared/api/routes/endpoints.ts';
import type { DetectedBox, Prediction } from '../../shared/schema/prediction.ts';
import { contextOf } from '../context.ts';
import { badUsage } from '../failure.ts';
import { formatNumber, formatTable } from '../format.ts';
import { instanceOf, instancesOf } from '../instances.ts';
import { parseName } from '../options.ts';

export function addPredict(program: Command): void {
  program
    .command('predict')
    .argument('<endpoint>', 'name of the endpoint', parseName)
    .description('ask an endpoint for predictions')
    .option('--json <file>', 'instances from a JSON file, or - for stdin; answers with the JSON response')
    .option('-i, --instance <pair...>', 'one instance as feature=value …; a picture as feature=@FILE')
    .action(async (endpoint: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ json?: string; instance?: string[] }>(command);
      const { json, instance: pairs } = options;
      if ((json === undefined) === (pairs === undefined)) {
        throw badUsage('expected either --json FILE (- for stdin) or -i feature=value …');
      }
      const given = json === undefined ? null : instancesOf(await read(json), json === '-' ? 'stdin' : json);
      const { client } = await connect();
      const params = { endpoint };
      const instances = given ?? [
        await instanceOf(
          pairs!,
          (await client.call(getEndpoint, { params })).deployments[0]!.modelVersion.inputs,
        ),
      ];
      const response = await client.call(predict, { params, body: { instances } });
      output.result(response, () => response.predictions.map(describe).join('\n'));
    });
}

function read(source: string): Promise<string> {
  return source === '-' ? text(process.stdin) : readFile(source, 'utf8');
}

function describe(prediction: Prediction): string {
  if ('value' in prediction) return formatNumber(prediction.value);
  if ('boxes' in prediction) return describeBoxes(prediction.boxes);
  if ('text' in prediction) return prediction.text;
  const likely = Object.entries(prediction.probabilities).sort((a, b) => b[1] - a[1]);
  return formatTable(
    [prediction.label, ''],
    likely.slice(0, 5).map(([label, probability]) => [`  ${label}`, formatNumber(probability)]),
  );
}

/** Pixels of the picture as it was sent. */
function describeBoxes(boxes: readonly DetectedBox[]): string {
  if (boxes.length === 0) return 'nothing found';
  return formatTable(
    ['label', 'score', 'left', 'top', 'right', 'bottom'],
    boxes.map(({ label, score, box }) => [label, formatNumber(score), ...box.map((side) => side.toFixed(1))]),
  );
}
