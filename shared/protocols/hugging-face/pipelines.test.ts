import { expect, it } from 'vitest';
import type { InputField, OutputSpec, Prediction } from '../../schema/prediction.ts';
import { instanceOfBytes, instancesOfPipeline, PipelineRequest, pipelineReply } from './pipelines.ts';

const text: InputField = { type: 'text', name: 'said', optional: false, example: 'x' };
const sound: InputField = { type: 'audio', name: 'call', seconds: 1 };
const picture: InputField = { type: 'image', name: 'photo', width: 8, height: 8, channels: 3 };
const classes = ['a', 'b', 'c', 'd', 'e', 'f'];
const classified: Prediction = {
  label: 'b',
  probabilities: { a: 0.1, b: 0.5, c: 0.2, d: 0.05, e: 0.1, f: 0.05 },
};
const classification: OutputSpec = { task: 'classification', target: 't', classes };
const scores = (...pairs: [string, number][]) => pairs.map(([label, score]) => ({ label, score }));

it('answers a sound alone, and the five surest classes of it', () => {
  const bytes = Uint8Array.of(1, 2);
  expect(instanceOfBytes(bytes, [sound])).toEqual({ call: bytes });
  expect(pipelineReply(undefined, { inputs: [sound], output: classification }, [classified])).toEqual(
    scores(['b', 0.5], ['c', 0.2], ['a', 0.1], ['e', 0.1], ['d', 0.05]),
  );
});

it('answers texts as a list, and as many classes as are wanted', () => {
  const request = PipelineRequest.parse({ inputs: ['one', 'two'], parameters: { top_k: 1 } });
  expect(instancesOfPipeline(request, [text])).toEqual([{ said: 'one' }, { said: 'two' }]);
  expect(
    pipelineReply(request, { inputs: [text], output: classification }, [classified, classified]),
  ).toEqual([scores(['b', 0.5]), scores(['b', 0.5])]);
});

it('tells boxes by their sides, translations by their text, and values by what they are of', () => {
  const found: Prediction = { boxes: [{ label: 'cell', score: 0.9, box: [1, 2, 3, 4] }] };
  const detection: OutputSpec = { task: 'object-detection', target: 'boxes', classes: ['cell'] };
  expect(pipelineReply(undefined, { inputs: [picture], output: detection }, [found])).toEqual([
    { label: 'cell', score: 0.9, box: { xmin: 1, ymin: 2, xmax: 3, ymax: 4 } },
  ]);
  const request = PipelineRequest.parse({ inputs: 'good day' });
  const translation: OutputSpec = { task: 'translation', target: 'chinese', tokens: 9, length: 4 };
  expect(
    pipelineReply(request, { inputs: [text], output: translation }, [{ text: '你好', score: 0.5 }]),
  ).toEqual([{ translation_text: '你好' }]);
  const regression: OutputSpec = { task: 'regression', target: 'stars' };
  expect(pipelineReply(request, { inputs: [text], output: regression }, [{ value: 4 }])).toEqual([
    scores(['stars', 4]),
  ]);
});

it('answers tables row by row; classes that are numbers as numbers', () => {
  const request = PipelineRequest.parse({ inputs: { data: { x: [1, 2] } } });
  const output: OutputSpec = { task: 'classification', target: 't', classes: ['0', '1'] };
  const said = (label: string): Prediction => ({ label, probabilities: { [label]: 1 } });
  expect(instancesOfPipeline(request, [])).toEqual([{ x: 1 }, { x: 2 }]);
  expect(pipelineReply(request, { inputs: [], output }, [said('1'), said('0')])).toEqual([1, 0]);
});
