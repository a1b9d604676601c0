import { expect, test } from 'vitest';
import type { TokenSaid } from '../schema/prediction.ts';
import { createClient } from './client.ts';
import { streamPredictions } from './stream-predictions.ts';

const streamOf = (pieces: readonly string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
/** A server whose reply comes in these pieces. */
const clientOf = (...pieces: string[]) =>
  createClient({
    baseUrl: 'http://server',
    fetch: async () => new Response(streamOf(pieces)),
  });
const answer = JSON.stringify({
  id: 'pred_01j00000000000000000000000',
  model: { name: 'm', version: 1 },
  predictions: [{ text: 'le chat', score: 1 }],
});
const token = (text: string) =>
  `data: ${JSON.stringify({ index: 0, token: { id: 1, text, logprob: 0 } })}\n\n`;

test('events come in whatever pieces the network makes of them', async () => {
  const said: TokenSaid[] = [];
  const whole = `${token('le')}${token(' chat')}data: ${answer}\n\ndata: [DONE]\n\n`;
  for (const size of [1, 7, 1000]) {
    said.length = 0;
    const pieces = whole.match(new RegExp(`[^]{1,${size}}`, 'g'))!;
    const reply = await streamPredictions(clientOf(...pieces), 'm', [{ x: 'the cat' }], (one) =>
      said.push(one),
    );
    expect(said.map((one) => one.token.text).join('')).toBe('le chat');
    expect(reply.predictions).toEqual([{ text: 'le chat', score: 1 }]);
  }
});

test('an answer that breaks off is an error, and so is one that says so', async () => {
  const ask = (...pieces: string[]) => streamPredictions(clientOf(...pieces), 'm', [{ x: '' }], () => {});
  await expect(ask(token('le'))).rejects.toMatchObject({ code: 'unavailable' });
  await expect(ask('data: {"error":{"code":"internal","message":"odd"}}\n\n')).rejects.toThrow('odd');
});
