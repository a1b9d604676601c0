/** The same request in three languages. */
import type { Instance } from '../../shared/schema/prediction.ts';

export function codeSamples(url: string, instance: Instance): { name: string; text: string }[] {
  const body = JSON.stringify({ instances: [instance] }, null, 2);
  const indented = body.replaceAll('\n', '\n  ');
  return [
    {
      name: 'curl',
      text: `curl ${url} \\
  -H "Authorization: Bearer $TRAINYARD_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '${body.replaceAll("'", "'\\''")}'`,
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
  ];
}
