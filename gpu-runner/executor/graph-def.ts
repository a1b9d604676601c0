/**
 * TensorFlow's graph messages (`GraphDef`, `FunctionDef`, `SavedModel`) built with the protobuf classes that tfjs-node ships:
 * https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/framework (node_def, function, attr_value).
 */
import { createRequire } from 'node:module';
import type { Shape } from '../../shared/graph/graph.ts';
import { sizeOf } from '../../shared/graph/operator.ts';

/** Numbers of `DataType`. */
export const TYPES = { float32: 1, int32: 3, bool: 10, resource: 20, uint32: 22 } as const;
export type TypeName = keyof typeof TYPES;

/** A message of google-protobuf: one setter for each field, one `get…Map` for each map. */
interface Message {
  [method: string]: (value?: unknown) => MessageMap;
}
interface MessageMap {
  set(key: string, value: unknown): void;
}
type MessageClass = new () => Message;

const messages = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as Record<
  string,
  MessageClass & Record<string, MessageClass>
>;

function message(kind: MessageClass, fields: Readonly<Record<string, unknown>>): Message {
  const made = new kind();
  for (const [field, value] of Object.entries(fields)) made[`set${field}`]!(value);
  return made;
}

function put(map: MessageMap, entries: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(entries)) map.set(key, value);
}

export type Attribute = Message & { readonly attribute?: never };
export type NodeAttributes = Readonly<Record<string, Attribute>>;
export type NodeDef = Message & { readonly node?: never };
export type FunctionDef = Message & { readonly function?: never };

const value = (field: string, content: unknown): Attribute =>
  message(messages.AttrValue!, { [field]: content });
const list = (field: string, content: unknown): Attribute =>
  value('List', message(messages.AttrValue!.ListValue!, { [field]: content }));
const shapeMessage = (shape: readonly number[]): Message =>
  message(messages.TensorShape!, {
    DimList: shape.map((size) => message(messages.TensorShape!.Dim!, { Size: size })),
  });

/** Values of a node's attributes. In a shape, −1 is a size not known yet. */
export const attr = {
  type: (name: TypeName): Attribute => value('Type', TYPES[name]),
  types: (names: readonly TypeName[]): Attribute =>
    list(
      'TypeList',
      names.map((name) => TYPES[name]),
    ),
  int: (n: number): Attribute => value('I', n),
  ints: (all: readonly number[]): Attribute => list('IList', [...all]),
  flag: (on: boolean): Attribute => value('B', on),
  text: (text: string): Attribute => value('S', Buffer.from(text).toString('base64')),
  shape: (shape: readonly number[]): Attribute => value('Shape', shapeMessage(shape)),
  shapes: (all: readonly (readonly number[])[]): Attribute => list('ShapeList', all.map(shapeMessage)),
  function: (name: string, attributes: NodeAttributes = {}): Attribute => {
    const called = message(messages.NameAttrList!, { Name: name });
    put(called.getAttrMap!(), attributes);
    return value('Func', called);
  },
  tensor(type: TypeName, shape: Shape, data: Float32Array | Int32Array | Uint32Array): Attribute {
    if (data.length !== sizeOf(shape)) throw new RangeError(`${data.length} values for [${shape}]`);
    return value(
      'Tensor',
      message(messages.Tensor!, {
        Dtype: TYPES[type],
        TensorShape: shapeMessage(shape),
        TensorContent: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      }),
    );
  },
};

/** `inputs`: names of values, and after them `^node` for each node that must have run before. */
export function nodeDef(
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: NodeAttributes,
): NodeDef {
  const node = message(messages.NodeDef!, { Name: name, Op: op, InputList: [...inputs] });
  put(node.getAttrMap!(), attributes);
  return node;
}

export interface Argument {
  name: string;
  type: TypeName;
}

/** `results`: for each of the outputs, the value inside the function. Stateful nodes always run, also those that no result needs. */
export function functionDef(
  name: string,
  {
    inputs,
    outputs,
    nodes,
    attributes = {},
  }: {
    inputs: readonly Argument[];
    outputs: readonly (Argument & { value: string })[];
    nodes: readonly NodeDef[];
    attributes?: NodeAttributes;
  },
): FunctionDef {
  const argument = (given: Argument) =>
    message(messages.OpDef!.ArgDef!, { Name: given.name, Type: TYPES[given.type] });
  const signature = message(messages.OpDef!, {
    Name: name,
    IsStateful: true,
    InputArgList: inputs.map(argument),
    OutputArgList: outputs.map(argument),
  });
  const made = message(messages.FunctionDef!, { Signature: signature, NodeDefList: [...nodes] });
  put(made.getAttrMap!(), attributes);
  put(made.getRetMap!(), Object.fromEntries(outputs.map((output) => [output.name, output.value])));
  return made;
}

/** Version of the graph's format that current libraries write; older ones accept it down to their own minimum. */
const PRODUCER = 1087; // TensorFlow 2.9

export const SAVED_MODEL_TAG = 'serve';

/** The bytes of `saved_model.pb`, without signatures: nodes are run by name. */
export function savedModel(nodes: readonly NodeDef[], functions: readonly FunctionDef[]): Uint8Array {
  const graph = message(messages.GraphDef!, {
    NodeList: [...nodes],
    Versions: message(messages.VersionDef!, { Producer: PRODUCER }),
    Library: message(messages.FunctionDefLibrary!, { FunctionList: [...functions] }),
  });
  const meta = message(messages.MetaGraphDef!, {
    MetaInfoDef: message(messages.MetaGraphDef!.MetaInfoDef!, { TagsList: [SAVED_MODEL_TAG] }),
    GraphDef: graph,
  });
  const model = message(messages.SavedModel!, { SavedModelSchemaVersion: 1, MetaGraphsList: [meta] });
  return model.serializeBinary!() as unknown as Uint8Array;
}
