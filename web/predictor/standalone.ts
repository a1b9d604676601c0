/**
 * Entry of `/standalone.js`: a program that holds its model. An export (shared/export/standalone.ts) writes the artifact in; then it
 * needs no network, no server and nothing beside it.
 */
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor, type Predictor } from '../../shared/artifact/predictor.ts';
import { AppError } from '../../shared/errors.ts';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { ARTIFACT_PLACEHOLDER } from '../../shared/export/standalone-program.ts';
import { parseJson } from '../../shared/parse-json.ts';
import {
  type InputField,
  type Instance,
  type OutputSpec,
  type Prediction,
  PredictRequest,
} from '../../shared/schema/prediction.ts';
import { startWasm } from './start-wasm.ts';

let opened: Promise<Predictor> | undefined;

/** Where WebAssembly may not be compiled, as in Cloudflare's Workers, it runs on JavaScript alone, more slowly. */
async function open(): Promise<Predictor> {
  const bytes = Uint8Array.from(atob(ARTIFACT_PLACEHOLDER), (char) => char.charCodeAt(0));
  const executor = await startWasm().catch(() => createPlainExecutor());
  return createPredictor(decodeArtifact(bytes), executor);
}

const model = (): Promise<Predictor> => {
  opened ??= open();
  return opened;
};

/** One prediction for each instance, in order. Throws an Error that names instance, field and value. */
export async function predict(instances: readonly Instance[]): Promise<Prediction[]> {
  return (await model()).predict(instances);
}

/** What an instance has, and what a prediction is. */
export async function describe(): Promise<{ inputs: readonly InputField[]; output: OutputSpec }> {
  const { inputs, output } = await model();
  return { inputs, output };
}

// biome-ignore lint/style/noDefaultExport: what runtimes serve
export default {
  /** `POST {"instances": […]}` → `{"predictions": […]}`, as an endpoint answers. */
  async fetch(request: Request): Promise<Response> {
    try {
      if (request.method !== 'POST')
        throw new AppError('invalid_request', `the method is ${request.method}; expected POST`);
      const { instances } = PredictRequest.parse(parseJson(await request.text()));
      return Response.json({ predictions: await predict(instances) });
    } catch (error) {
      const { code, message, status, details } =
        error instanceof AppError
          ? error
          : new AppError('invalid_request', 'the body is not {"instances": [{…}, …]}');
      return Response.json({ error: { code, message, ...(details && { details }) } }, { status });
    }
  },
};
