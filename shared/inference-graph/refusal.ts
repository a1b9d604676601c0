/** Words for what a graph cannot be. */
import { AppError } from '../errors.ts';

const SHOWN = 20;

export function list(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `"${name}"`);
  return names.length > SHOWN ? `${shown.join(', ')} and ${names.length - SHOWN} more` : shown.join(', ');
}

/** `at`: where it stands in the graph. */
export const refuse = (at: string, message: string): AppError =>
  new AppError('invalid_request', `graph.${at}: ${message}`);
