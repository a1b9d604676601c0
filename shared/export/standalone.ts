/** One JavaScript file that holds the model and all that runs it. */
import { AppError } from '../errors.ts';
import type { Exporter } from './export-file.ts';
import { textFile } from './export-file.ts';
import { ARTIFACT_PLACEHOLDER } from './standalone-program.ts';

export const standalone: Exporter = {
  name: 'js',
  title: 'One JavaScript file',
  summary:
    'A module that holds the model and all that runs it, for browsers, Node.js, Deno and the like, offline.',
  program: 'standalone.js',
  files({ sha256, fitted }, model, from) {
    const [before, after, ...more] = from?.program.split(ARTIFACT_PLACEHOLDER) ?? [];
    if (!from || before === undefined || after === undefined || more.length > 0)
      throw new AppError(
        'unavailable',
        'the server has no standalone.js; build it: node edge/local/build.ts',
      );
    const example = JSON.stringify(
      Object.fromEntries(
        fitted.inputs.map((input) => [input.name, 'example' in input ? input.example : '…']),
      ),
    );
    // what ends a comment may stand in a name
    const comment = `The model ${model}, artifact ${sha256}.\nimport { predict } from './${model}.js';\nconst [prediction] = await predict([${example}]);`;
    const header = `/*\n${comment.replaceAll('*/', '* /')}\n*/\n`;
    return [textFile(`${model}.js`, header + before + toBase64(from.bytes) + after)];
  },
};

function toBase64(bytes: Uint8Array): string {
  const PIECE = 0x6000; // a multiple of 3, so that the pieces join
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE)
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE))));
  return pieces.join('');
}
