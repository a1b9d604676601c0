/** Of a language's helper functions those that some code uses, and those that these use in turn, in the order of the list. */
export function helpersFor(helpers: Readonly<Record<string, string>>, code: string): string[] {
  const used = new Set<string>();
  const look = (text: string): void => {
    for (const [name, helper] of Object.entries(helpers)) {
      if (used.has(name) || !new RegExp(`\\b${name}\\b`).test(text)) continue;
      used.add(name);
      look(helper);
    }
  };
  look(code);
  return Object.entries(helpers).flatMap(([name, helper]) => (used.has(name) ? [helper] : []));
}
