/** A few seconds of what `npm run bench -- soak` does for ten minutes. */
import { expect, test } from 'vitest';
import { startEdge } from '../helpers/edge.ts';
import { apiOf } from '../helpers/edge-scenario.ts';
import { prepareSoak, soak } from '../helpers/soak.ts';

test('no request fails, and none is answered wrongly, while what is served changes', async () => {
  const edge = await startEdge();
  try {
    const prepared = await prepareSoak(apiOf(edge));
    const options = { seconds: 6, connections: 4, graceMs: 4000, holdMs: 150 };
    const { requests, changes, faults } = await soak(
      prepared,
      { url: edge.url, token: edge.ownerToken },
      options,
    );
    expect(faults).toEqual([]);
    expect(requests).toBeGreaterThan(50);
    expect(changes).toBeGreaterThan(3);
  } finally {
    await edge.close();
  }
});
