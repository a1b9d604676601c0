/** Names of layers as names of variables, in Python as in TypeScript. */

/** Of the languages, and of what the generated programs call their own. */
const TAKEN =
  `and as assert async await break case catch class const continue debugger def default del delete do elif else enum
except export extends false finally for from function global if implements import in instanceof interface is lambda let new
nonlocal not null or package pass private protected public raise return static super switch this throw true try typeof var void
while with yield
x self tf torch nn keras layers ops np model build load
apply buffers children compile cpu cuda double eval float forward half modules parameters to train training type`.split(
    /\s+/,
  );

/** By the names given, which differ from one another. */
export function variableNames(names: readonly string[]): Map<string, string> {
  const taken = new Set(TAKEN);
  return new Map(
    names.map((name) => {
      let variable = name.replace(/[^A-Za-z0-9_]/g, '_');
      while (taken.has(variable)) variable += '_';
      taken.add(variable);
      return [name, variable];
    }),
  );
}
