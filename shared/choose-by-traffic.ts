/** Which deployment answers. */

/** `at` in [0, 1) falls to a deployment by its share; shares add up to 100. */
export function chooseByTraffic<T extends { traffic: number }>(served: readonly T[], at: number): T {
  let left = at * 100;
  for (const one of served) {
    if (left < one.traffic) return one;
    left -= one.traffic;
  }
  return served[served.length - 1]!;
}
