/** `trainyard predict ENDPOINT`: instances from JSON (`--json -` reads stdin), from `-i feature=value`, or all rows of a data set. */
import { type Command, Option } from 'commander';
import { getEndpoint, predict } from '../../shared/api/routes/endpoints.ts';
import { faceOf } from '../../shared/inference-graph/endpoint-face.ts';
import type { DetectedBox, Prediction } from '../../shared/schema/prediction.ts';
import { BATCH_PLACES, type BatchPlace, type BatchPrediction } from '../../shared/schema/prediction-job.ts';
import { contextOf } from '../context.ts';
import { badUsage } from '../failure.ts';
import { formatNumber, formatTable } from '../format.ts';
import { instanceOf, instancesOf } from '../instances.ts';
import { keepPictures } from '../keep-pictures.ts';
import { parseName } from '../options.ts';
import { predictDataset } from '../predict-dataset.ts';
import { readText } from '../read-text.ts';

interface PredictOptions {
  json?: string;
  instance?: string[];
  out?: string;
  dataset?: string;
  output?: string;
  on: BatchPlace;
}

export function addPredict(program: Command): void {
  program
    .command('predict')
    .argument('<endpoint>', 'name of the endpoint', parseName)
    .description('ask an endpoint for predictions')
    .option('--json <file>', 'instances from a JSON file, or - for stdin; answers with the JSON response')
    .option('-i, --instance <pair...>', 'one instance as feature=value …; a picture as feature=@FILE')
    .option(
      '-o, --out <file>',
      'keep the picture that is made; of several, FILE with -1, -2 … before its ending',
    )
    .option('--dataset <file|name>', 'all rows of a table: a file, or a data set as name or name@version')
    .option('--output <file>', 'where its rows go, with their predictions: CSV, or JSON lines for .jsonl')
    .addOption(new Option('--on <place>', 'who predicts them').choices(BATCH_PLACES).default('edge'))
    .action(async (endpoint: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<PredictOptions>(command);
      const { json, instance: pairs, out, dataset, output: file, on } = options;
      const given = [json, pairs, dataset].filter((one) => one !== undefined);
      if (given.length !== 1)
        throw badUsage(
          'expected either --json FILE (- for stdin), -i feature=value …, or --dataset with --output FILE',
        );
      if ((dataset === undefined) !== (file === undefined))
        throw badUsage('--dataset and --output go together: the rows of one are written to the other');
      if (dataset !== undefined) {
        const batch = await predictDataset(await connect(), { endpoint, dataset, on, file: file! });
        output.result(batch, () => describeBatch(batch));
        return;
      }
      const sent =
        json === undefined ? null : instancesOf(await readText(json), json === '-' ? 'stdin' : json);
      const { client } = await connect();
      const params = { endpoint };
      const instances = sent ?? [
        await instanceOf(pairs!, faceOf(await client.call(getEndpoint, { params })).inputs),
      ];
      const response = await client.call(predict, { params, body: { instances } });
      if (out !== undefined) await keepPictures(response.predictions, out, output);
      output.result(response, () => response.predictions.map(describe).join('\n'));
    });
}

function describeBatch({ rows, failures }: BatchPrediction): string {
  if (rows.failed === 0) return `${rows.done} rows predicted`;
  const shown = failures.slice(0, 5).map(({ row, message }) => `  row ${row}: ${message}`);
  const rest = rows.failed > shown.length ? [`  and ${rows.failed - shown.length} more`] : [];
  return [
    `${rows.done} rows, of which ${rows.failed} have an error in place of a prediction:`,
    ...shown,
    ...rest,
  ].join('\n');
}

function describe(prediction: Prediction): string {
  if ('image' in prediction)
    return `a picture, ${prediction.image.length} characters as a data: URL; -o FILE keeps it`;
  if ('value' in prediction) return formatNumber(prediction.value);
  if ('text' in prediction) return prediction.text;
  if ('boxes' in prediction) return describeBoxes(prediction.boxes);
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
