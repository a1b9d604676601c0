/** The runner's log, on stderr: words on a terminal, one JSON line an event elsewhere. */
export type Log = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

export const log: Log = (message, fields = {}) => {
  const line = process.stderr.isTTY
    ? inWords(message, fields)
    : JSON.stringify({ at: new Date().toISOString(), message, ...fields });
  process.stderr.write(`${line}\n`);
};

export const inWords: (...said: Parameters<Log>) => string = (message, fields = {}) =>
  [message, ...Object.entries(fields).map(([key, value]) => `${key}=${value}`)].join('  ');
