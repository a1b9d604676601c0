/** The probe as a Worker: GET gives the golden vectors, POST answers a question with the executor that the edge uses. */
import kernels from '../../shared/executors/wasm/dist/kernels.wasm';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import { answer, goldenAnswers, type Question } from './probe.ts';

// biome-ignore lint/style/noDefaultExport: a Worker's entry
export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === 'GET') return Response.json(goldenAnswers());
    return Response.json(await answer((await request.json()) as Question, createWasmExecutor(kernels)));
  },
};
