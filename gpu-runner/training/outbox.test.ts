import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import { createOutbox } from './outbox.ts';
import { openParcelQueue } from './parcel-queue.ts';

const point = (step: number): MetricPoint => ({
  step,
  epoch: 1,
  split: 'train',
  name: 'loss',
  value: 1 / (step + 1),
});
const points = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => point(from + i));

/** An outbox whose deliveries are noted as "metrics first–last" and "checkpoint n"; `fail` may refuse one. */
function openOutbox(fail: (delivery: string) => unknown = () => undefined) {
  const delivered: string[] = [];
  const errors: unknown[] = [];
  const deliver = async (delivery: string) => {
    await Promise.resolve();
    const error = fail(delivery);
    if (error) throw error;
    delivered.push(delivery);
  };
  const queue = openParcelQueue('/nowhere/outbox.json');
  const outbox = createOutbox({
    queue,
    sendMetrics: (batch) => deliver(`metrics ${batch[0]?.step}–${batch.at(-1)?.step}`),
    sendSnapshot: ({ step }) => deliver(`snapshot ${step}`),
    sendCheckpoint: (bytes) => deliver(`checkpoint ${bytes[0]}`),
    onError: (error) => errors.push(error),
    retry: { firstMs: 1, longestMs: 1 },
  });
  return { outbox, queue, delivered, errors };
}

describe('outbox', () => {
  it('gathers points into one batch', async () => {
    const { outbox, delivered } = openOutbox();
    for (let step = 0; step < 10; step++) outbox.addMetrics([point(step)]);
    expect(delivered).toEqual([]);
    await outbox.flush();
    expect(delivered).toEqual(['metrics 0–9']);
  });

  it('sends a full batch without being asked', async () => {
    const { outbox, delivered } = openOutbox();
    outbox.addMetrics(points(0, 200));
    await expect.poll(() => delivered).toEqual(['metrics 0–199']);
  });

  it('sends the latest snapshot, after the points before it', async () => {
    const { outbox, delivered } = openOutbox();
    outbox.addMetrics([point(1)]);
    for (const step of [1, 2, 3]) outbox.addSnapshot({ step, epoch: step });
    outbox.addMetrics([point(4)]);
    await outbox.flush();
    expect(delivered).toEqual(['metrics 1–1', 'snapshot 3', 'metrics 4–4']);
  });

  it('sends a lone point soon', async () => {
    const { outbox, delivered } = openOutbox();
    outbox.addMetrics([point(7)]);
    await expect.poll(() => delivered).toEqual(['metrics 7–7']);
  });

  it('never sends more at once than the server takes', async () => {
    const { outbox, delivered } = openOutbox();
    outbox.addMetrics(points(0, 4500));
    await outbox.flush();
    expect(delivered).toEqual(['metrics 0–1999', 'metrics 2000–3999', 'metrics 4000–4499']);
  });

  it('sends a checkpoint after the points before it and ahead of those after', async () => {
    const { outbox, delivered } = openOutbox();
    outbox.addMetrics([point(0)]);
    outbox.addCheckpoint(new Uint8Array([1]));
    outbox.addMetrics([point(1)]);
    await outbox.flush();
    expect(delivered).toEqual(['metrics 0–0', 'checkpoint 1', 'metrics 1–1']);
  });

  it('drops a checkpoint that still waits when a newer one comes', async () => {
    const { outbox, delivered } = openOutbox();
    outbox.addCheckpoint(new Uint8Array([1])); // leaves at once
    outbox.addCheckpoint(new Uint8Array([2]));
    outbox.addMetrics([point(0)]);
    outbox.addCheckpoint(new Uint8Array([3]));
    await outbox.flush();
    expect(delivered).toEqual(['checkpoint 1', 'metrics 0–0', 'checkpoint 3']);
  });

  it('keeps order and loses nothing while the server is away', async () => {
    let refusals = 3;
    const { outbox, delivered, errors } = openOutbox(() =>
      refusals-- > 0 ? new AppError('unavailable', 'away') : undefined,
    );
    outbox.addMetrics(points(0, 200));
    outbox.addMetrics(points(200, 250));
    outbox.addCheckpoint(new Uint8Array([1]));
    await outbox.flush();
    expect(delivered).toEqual(['metrics 0–199', 'metrics 200–249', 'checkpoint 1']);
    expect(errors).toEqual([]);
  });

  it('sends nothing after a refusal, says so, and leaves what remains for another', async () => {
    const stale = new AppError('stale_fence', 'another runner has it');
    const { outbox, queue, delivered, errors } = openOutbox((delivery) =>
      delivery === 'checkpoint 1' ? stale : undefined,
    );
    outbox.addMetrics([point(0)]);
    outbox.addCheckpoint(new Uint8Array([1]));
    outbox.addMetrics([point(1)]);
    await expect(outbox.flush()).rejects.toBe(stale);
    expect(delivered).toEqual(['metrics 0–0']);
    expect(errors).toEqual([stale]);
    expect(queue.checkpoint()).toEqual(new Uint8Array([1]));

    const next: unknown[] = [];
    const send = async (parcel: unknown) => void next.push(parcel);
    const senders = { sendMetrics: send, sendSnapshot: send, sendCheckpoint: send };
    await createOutbox({ queue, ...senders, onError: () => {} }).flush();
    expect(next).toEqual([new Uint8Array([1]), [point(1)]]);
  });
});
