/** A model's bytes, read back with the classes that tfjs-node reads SavedModels with. */
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { attr, functionDef, nodeDef, savedModel } from './graph-def.ts';

interface Read {
  toObject(): { metaGraphsList: { graphDef: GraphDef; metaInfoDef: { tagsList: string[] } }[] };
}
interface GraphDef {
  nodeList: { name: string; op: string; inputList: string[]; attrMap: [string, Record<string, unknown>][] }[];
  library: { functionList: { signature: { name: string }; retMap: string[][] }[] };
}
const { SavedModel } = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as {
  SavedModel: { deserializeBinary(bytes: Uint8Array): Read };
};

it('writes nodes, attributes and functions', () => {
  const constant = nodeDef('two', 'Const', ['^before'], {
    dtype: attr.type('float32'),
    value: attr.tensor('float32', [1, 2], Float32Array.of(1, -2)),
  });
  const twice = functionDef('twice', {
    inputs: [{ name: 'x', type: 'float32' }],
    outputs: [{ name: 'y', type: 'float32', value: 'sum:z:0' }],
    nodes: [nodeDef('sum', 'AddV2', ['x', 'x'], { T: attr.type('float32') })],
  });
  const read = SavedModel.deserializeBinary(savedModel([constant], [twice])).toObject();
  const [{ graphDef, metaInfoDef }] = read.metaGraphsList as [(typeof read.metaGraphsList)[0]];
  expect(metaInfoDef.tagsList).toEqual(['serve']);
  const [node] = graphDef.nodeList;
  expect(node).toMatchObject({ name: 'two', op: 'Const', inputList: ['^before'] });
  const { value, dtype } = Object.fromEntries(node!.attrMap);
  expect(dtype).toMatchObject({ type: 1 });
  expect(value!.tensor).toMatchObject({ dtype: 1, tensorShape: { dimList: [{ size: 1 }, { size: 2 }] } });
  const { tensorContent } = value!.tensor as { tensorContent: string };
  const bytes = Uint8Array.from(Buffer.from(tensorContent, 'base64'));
  expect([...new Float32Array(bytes.buffer)]).toEqual([1, -2]);
  expect(graphDef.library.functionList[0]).toMatchObject({
    signature: { name: 'twice' },
    retMap: [['y', 'sum:z:0']],
  });
});

it('refuses data that do not fill the shape', () => {
  expect(() => attr.tensor('int32', [3], Int32Array.of(1, 2))).toThrow('2 values for [3]');
});
