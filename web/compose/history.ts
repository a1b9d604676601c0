/** Every state of a text, to go back to and forth again. Changes of the same thing one after the other count as one. */
export interface History {
  past: readonly string[];
  present: string;
  future: readonly string[];
  /** What was changed last; null after going back or forth. */
  subject: string | null;
}

const STATES_MOST = 200;

export const begin = (present: string): History => ({ past: [], present, future: [], subject: null });

/** `subject`: what the change is about, such as `model.2.units`; null is never the same as before. */
export function change(history: History, text: string, subject: string | null): History {
  if (text === history.present) return history;
  const past =
    subject !== null && subject === history.subject
      ? history.past
      : [...history.past, history.present].slice(-STATES_MOST);
  return { past, present: text, future: [], subject };
}

export function undo({ past, present, future }: History): History {
  const last = past.at(-1);
  if (last === undefined) return { past, present, future, subject: null };
  return { past: past.slice(0, -1), present: last, future: [present, ...future], subject: null };
}

export function redo({ past, present, future }: History): History {
  const [next, ...rest] = future;
  if (next === undefined) return { past, present, future, subject: null };
  return { past: [...past, present], present: next, future: rest, subject: null };
}
