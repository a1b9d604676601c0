/**
 * The Worker. It begins with what answers predictions; all else is loaded when it is first asked for, and nothing that is imported here may
 * bring it along (scripts/check-imports.mjs).
 */
import { connectInference } from './endpoint/connect-inference.ts';
import { EndpointMonitor } from './endpoint/monitor.ts';
import { answerShortly } from './endpoint/short-way.ts';
import type { Env } from './env.ts';
import { Live } from './live/live.ts';
import { PredictionJobs } from './predictions/jobs-object.ts';

export { EndpointMonitor, Live, PredictionJobs };

const worker = {
  async fetch(request, env, context) {
    const answer = answerShortly(request, () => connectInference(env, context));
    if (answer) return answer;
    const { api } = await import('./api.ts');
    return api.fetch(request, env, context);
  },
} satisfies ExportedHandler<Env>;
export default worker;
/** The same under a name: what runs on one machine lets requests in by it, past the rules for static files. */
export const direct = worker;
