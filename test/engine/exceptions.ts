/**
 * Where an executor is known to differ from the reference, and why. What stands here is not asked of it; a test names it with
 * its reason. Nothing else is left out.
 */
export interface Exception {
  /** Start of an executor's name. */
  executor: string;
  /** An operator, or a model. */
  of: string;
  /** A case of that operator; absent: all. */
  case?: string;
  why: string;
}

export const exceptions: readonly Exception[] = [];

export const exceptionsFor = (executor: string, of: string): readonly Exception[] =>
  exceptions.filter((one) => executor.startsWith(one.executor) && one.of === of);
