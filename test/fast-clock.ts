/**
 * A line of JavaScript for programs under test: their clock then runs twenty times as fast. What they do every few seconds, such
 * as storing a checkpoint, they do within trainings that are over in seconds.
 */
export const FAST_CLOCK =
  'const slow = performance.now.bind(performance); performance.now = () => 20 * slow();';
