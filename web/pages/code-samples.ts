/** The same request in several languages, in the page, and in the protocols that others speak. */
import { inputTensors } from '../../shared/protocols/open-inference/model-tensors.ts';
import type { InputField } from '../../shared/schema/prediction.ts';
import { exampleInstance } from './instance.ts';

export interface CodeSample {
  name: string;
  text: string;
}

export function codeSamples(origin: string, endpoint: string, inputs: readonly InputField[]): CodeSample[] {
  const url = `${origin}/v1/endpoints/${endpoint}/predict`;
  const instance = exampleInstance(inputs);
  const body = JSON.stringify({ instances: [instance] }, null, 2);
  const indented = body.replaceAll('\n', '\n  ');
  return [
    {
      name: 'curl',
      text: curl(url, body),
    },
    {
      name: 'TypeScript',
      text: `const response = await fetch('${url}', {
  method: 'POST',
  headers: {
    authorization: \`Bearer \${process.env.TRAINYARD_TOKEN}\`,
    'content-type': 'application/json',
  },
  body: JSON.stringify(${indented}),
});
const { predictions } = await response.json();
console.log(predictions[0]);`,
    },
    {
      name: 'Python',
      text: `import json, os, urllib.request

request = urllib.request.Request(
    "${url}",
    data=json.dumps(${body.replaceAll('\n', '\n    ')}).encode(),
    headers={
        "Authorization": f"Bearer {os.environ['TRAINYARD_TOKEN']}",
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request) as response:
    print(json.load(response)["predictions"][0])`,
    },
    {
      name: 'In the page',
      text: `// runs the model in the browser, offline too; whoever has the token may fetch the model
import { loadModel } from '${origin}/predictor.js';

const model = await loadModel({ endpoint: '${endpoint}', token });
const { predictions, ranOn } = await model.predict([${JSON.stringify(instance, null, 2)}]);
console.log(predictions[0], ranOn); // "page", or "edge" where the page cannot`,
    },
    {
      name: 'Open Inference (V2)',
      text: curl(`${origin}/v2/models/${endpoint}/infer`, JSON.stringify({ inputs: tensorsOf(inputs) })),
    },
    {
      name: 'MLflow',
      text: curl(
        `${origin}/v1/endpoints/${endpoint}/invocations`,
        JSON.stringify({ dataframe_records: [instance] }),
      ),
    },
    ...embeddingSamples(origin, endpoint, inputs),
  ];
}

const curl = (url: string, body: string): string => `curl ${url} \\
  -H "Authorization: Bearer $TRAINYARD_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '${body.replaceAll("'", "'\\''")}'`;

/** One row. */
function tensorsOf(inputs: readonly InputField[]) {
  const instance = exampleInstance(inputs);
  return inputTensors(inputs).map(({ name, datatype, shape: [, width] }) => ({
    ...{ name, datatype, shape: [1, width] },
    data: [instance[name]].flat(),
  }));
}

/** Of what takes one text. */
function embeddingSamples(origin: string, endpoint: string, inputs: readonly InputField[]): CodeSample[] {
  const [field] = inputs;
  if (inputs.length !== 1 || field?.type !== 'text') return [];
  return [
    {
      name: 'OpenAI',
      text: `import os
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ["TRAINYARD_TOKEN"])
reply = client.embeddings.create(model="${endpoint}", input=[${JSON.stringify(field.example)}])
print(reply.data[0].embedding)`,
    },
  ];
}
