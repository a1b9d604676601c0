/** Draws one thing at a time with the page's thread free in between, so that many charts do not add up to a pause. */
const waiting = new Map<object, () => void>();
const channel = new MessageChannel();
channel.port1.onmessage = drawNext;

/** Later calls for the same `owner` take the place of one that still waits. */
export function drawSoon(owner: object, draw: () => void): void {
  if (waiting.size === 0) channel.port2.postMessage(null);
  waiting.set(owner, draw);
}

/** Once nothing waits. */
export async function whenDrawn(): Promise<void> {
  while (waiting.size > 0) await new Promise<void>((drawn) => drawSoon({}, drawn));
}

export function cancelDraw(owner: object): void {
  waiting.delete(owner);
}

function drawNext(): void {
  const [next] = waiting;
  if (!next) return;
  waiting.delete(next[0]);
  if (waiting.size > 0) channel.port2.postMessage(null);
  next[1]();
}
