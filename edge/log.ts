/** One JSON line for each request, for what endpoints answered in a quarter of a second, and for each fault of ours. No body, no token, no query goes in. */

export function logLine(fields: Record<string, unknown>): void {
  // biome-ignore lint/suspicious/noConsole: the one place that writes the log
  console.log(JSON.stringify({ at: new Date().toISOString(), ...fields }));
}
