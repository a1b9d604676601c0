/** Predictions that are told as they are found, by server-sent events. */
import { AppError } from '../errors.ts';
import { type Instance, PredictResponse, TokenSaid } from '../schema/prediction.ts';
import type { Client } from './client.ts';
import { predict } from './routes/endpoints.ts';

const asEvents = { ...predict, reply: 'bytes' } as const;
const PREFIX = 'data: ';

/** Calls `tell` for each token, and gives the whole answer. Throws AppError as `client.call` does. */
export async function streamPredictions(
  client: Client,
  endpoint: string,
  instances: Instance[],
  tell: (said: TokenSaid) => void,
  { signal }: { signal?: AbortSignal } = {},
): Promise<PredictResponse> {
  const body = { instances, stream: true };
  const response = await client.call(asEvents, { params: { endpoint }, body }, signal ? { signal } : {});
  let last: PredictResponse | undefined;
  for await (const data of eventsOf(response.body!)) {
    if (data === '[DONE]') break;
    const event: unknown = JSON.parse(data);
    const said = TokenSaid.safeParse(event);
    if (said.success) tell(said.data);
    else last = answerIn(event);
  }
  if (last) return last;
  throw new AppError('unavailable', 'the answer broke off; ask again');
}

function answerIn(event: unknown): PredictResponse {
  const { error } = event as { error?: { message?: string } };
  if (error) throw new AppError('internal', error.message ?? 'the answer broke off');
  return PredictResponse.parse(event);
}

/** What stands behind `data: ` in events of one line each, as our server writes them. */
export async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const events = text.split('\n\n');
      text = events.pop()!;
      for (const event of events) if (event.startsWith(PREFIX)) yield event.slice(PREFIX.length);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
