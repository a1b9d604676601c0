/**
 * The way down of a linear model: where two of its weights have been, and the loss that training rows have around that way, all other
 * weights being as they are now.
 */
import { isNetwork } from '../../definition/pipeline-spec.ts';
import { inputNames } from '../../pipeline/input-names.ts';
import { scaleOf } from '../../pipeline/number-scale.ts';
import type { Axis, Descent } from '../../schema/snapshot.ts';
import { outputTask } from '../../tasks/list.ts';
import type { Rows } from '../prepare-rows.ts';
import { createValidationLoss } from '../validation-loss.ts';
import type { LinearModel } from './linear-model.ts';
import { label, type Moment, type SnapshotMaker, short, spread, takeFloats } from './moment.ts';

/** Cells a side. */
const SIZE = 20;
/** Training rows that the loss is a mean over. */
const ROWS = 64;
/** Around the way, as a share of its extent. */
const MARGIN = 0.35;
/** Least extent, so that a way of one point has surroundings. */
const LEAST = 0.5;

export const descent: SnapshotMaker<'descent'> = {
  part: 'descent',
  async make(moment) {
    const { spec, fitted, train, path } = moment;
    const now = path.at(-1);
    if (!now || !isNetwork(spec) || fitted.outputShape.length > 1) return undefined;
    const pair = tellingPair(now);
    const way = path.map((point): Descent['path'][number] => [
      point.step,
      short(weightAt(point, pair.x)),
      short(weightAt(point, pair.y)),
    ]);
    const axis = (place: number, coordinate: 1 | 2): Axis =>
      axisAround(
        nameOf(moment, now, place),
        way.map((point) => point[coordinate]),
      );
    const [x, y] = [axis(pair.x, 1), axis(pair.y, 2)];
    const rows = someRows(train);
    const lossOf = await createValidationLoss(spec, [now.outputs], rows, scaleOf(fitted).std);
    const task = outputTask(fitted.output.task);
    const rest = outputsWithout(now, [pair.x, pair.y], rows);
    const [byX, byY] = [takenBy(now, pair.x, rows), takenBy(now, pair.y, rows)];
    const output = pair.x % now.outputs;
    const loss: number[] = [];
    for (let cell = 0; cell < SIZE * SIZE; cell++) {
      const [wx, wy] = [middle(x, cell % SIZE), middle(y, Math.floor(cell / SIZE))];
      const said = rest.slice();
      for (let row = 0; row < rows.count; row++)
        said[row * now.outputs + output]! += wx * byX[row]! + wy * byY[row]!;
      loss.push(short(await lossOf(said, task.outcome(said, rows, fitted))));
    }
    return { x, y, size: SIZE, loss, path: way };
  },
};

/** Places of weights in the kernel, the biases behind it: of the largest weight's output the two largest, or the one and the bias. */
function tellingPair({ inputs, outputs, kernel }: LinearModel): { x: number; y: number } {
  const largest = kernel.reduce((best, w, i) => (Math.abs(w) > Math.abs(kernel[best]!) ? i : best), 0);
  const output = largest % outputs;
  if (inputs === 1) return { x: largest, y: outputs + output };
  const others = Array.from({ length: inputs }, (_, input) => input * outputs + output).filter(
    (i) => i !== largest,
  );
  const second = others.reduce((best, i) => (Math.abs(kernel[i]!) > Math.abs(kernel[best]!) ? i : best));
  return { x: Math.min(largest, second), y: Math.max(largest, second) };
}

const weightAt = ({ kernel, bias }: LinearModel, place: number): number =>
  place < kernel.length ? kernel[place]! : bias[place - kernel.length]!;

function nameOf({ fitted }: Moment, { kernel, outputs }: LinearModel, place: number): string {
  const what = place < kernel.length ? inputNames(fitted)[Math.floor(place / outputs)]! : 'bias';
  const { output } = fitted;
  return label(output.task === 'classification' ? `${what} → ${output.classes[place % outputs]}` : what);
}

function axisAround(name: string, values: readonly number[]): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const extent = Math.max(most - least, LEAST);
  const centre = (least + most) / 2;
  const half = extent * (0.5 + MARGIN);
  return { name, min: short(centre - half), max: short(centre + half) };
}

const middle = ({ min, max }: Axis, place: number): number => min + ((max - min) * (place + 0.5)) / SIZE;

function someRows({ count, features, target, groups, source }: Rows): Rows {
  const places = spread(count, ROWS);
  const width = target ? target.data.length / count : 0;
  const of = target?.data instanceof Int32Array ? Int32Array : Float32Array;
  const answers = new of(places.length * width);
  places.forEach((place, i) => {
    answers.set(target!.data.subarray(place * width, (place + 1) * width), i * width);
  });
  return {
    count: places.length,
    features: { ...features, data: takeFloats(features.data, places, count) },
    target: target && { shape: target.shape, data: answers },
    groups: groups && Int32Array.from(places, (place) => groups[place]!),
    source: { ...source, rows: Uint32Array.from(places, (place) => source.rows[place]!) },
  };
}

/** What a weight is multiplied by in each row: its input, or 1 where it is a bias. */
function takenBy(
  { inputs, outputs, kernel }: LinearModel,
  place: number,
  { count, features }: Rows,
): Float32Array {
  const input = Math.floor(place / outputs);
  return Float32Array.from({ length: count }, (_, row) =>
    place < kernel.length ? features.data[row * inputs + input]! : 1,
  );
}

/** Row-major [rows, outputs], as if the weights at these places were 0. */
function outputsWithout(
  model: LinearModel,
  places: readonly number[],
  { count, features }: Rows,
): Float32Array {
  const { inputs, outputs } = model;
  const [kernel, bias] = [model.kernel.slice(), model.bias.slice()];
  for (const place of places) {
    if (place < kernel.length) kernel[place] = 0;
    else bias[place - kernel.length] = 0;
  }
  const said = new Float32Array(count * outputs);
  for (let row = 0; row < count; row++) {
    for (let output = 0; output < outputs; output++) {
      let sum = bias[output]!;
      for (let input = 0; input < inputs; input++)
        sum += features.data[row * inputs + input]! * kernel[input * outputs + output]!;
      said[row * outputs + output] = sum;
    }
  }
  return said;
}
