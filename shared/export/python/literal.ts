/** Values as Python writes them. */

/** Of a JSON value. Lists of numbers longer than a line are broken. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}

/** `(1, 2)`, `(7,)`. */
export const pythonTuple = (values: readonly unknown[]): string =>
  `(${values.map(pythonLiteral).join(', ')}${values.length === 1 ? ',' : ''})`;

/** `a=1, b="x"`. */
export const pythonArguments = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${Array.isArray(value) ? pythonTuple(value) : pythonLiteral(value)}`)
    .join(', ');
