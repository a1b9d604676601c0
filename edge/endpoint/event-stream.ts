/** Server-sent events: each its JSON behind `data:`, and at the end `data: [DONE]`, as clients of other servers expect it. */

/**
 * `events` gives them, and returns the last; the next is asked for when the one before has gone out. A client that goes away ends it by
 * `return()`. `tellError`: what is told of an error that comes when the reply has begun.
 */
export async function eventStream(
  events: AsyncGenerator<unknown, unknown>,
  tellError: (error: unknown) => unknown,
): Promise<Response> {
  // an error of the first is an answer like any other
  let next: Promise<IteratorResult<unknown, unknown>> | undefined = Promise.resolve(await events.next());
  const encoder = new TextEncoder();
  const eventOf = (data: string) => encoder.encode(`data: ${data}\n\n`);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await (next ?? events.next());
          next = undefined;
          controller.enqueue(eventOf(JSON.stringify(value)));
          if (!done) return pause();
          controller.enqueue(eventOf('[DONE]'));
        } catch (error) {
          controller.enqueue(eventOf(JSON.stringify(tellError(error))));
        }
        controller.close();
      },
      async cancel() {
        await events.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
  });
}

/** Lets what was said go out, and others have their turn. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
