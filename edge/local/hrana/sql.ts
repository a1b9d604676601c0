/**
 * The little that must be known of an SQL text and that the embedded library does not tell: its parameters (missing
 * ones would silently be NULL), whether a second statement follows (it would silently be dropped), whether it may write,
 * and whether it may leave something behind on its connection.
 */
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(?<param>\?\d*|[:@$][\w$\u0080-\uffff]+)|(?<end>;)|(?<other>[\w$\u0080-\uffff]+|[^\s\w])/g;

const READS = new Set(['select', 'values', 'explain', 'pragma']);
const WRITING_WORD = /\b(insert|update|delete|replace)\b/i;

export interface SqlShape {
  /** By position; null for an anonymous one. Names keep their prefix. */
  parameters: (string | null)[];
  manyStatements: boolean;
  isExplain: boolean;
  /** Errs on the side of yes. */
  mayWrite: boolean;
  /** `BEGIN TRANSACTION READONLY`, libSQL's own. */
  beginsReadOnly: boolean;
  isEmpty: boolean;
  /** It may change settings, temporary tables or attachments: the connection must not be handed to another stream. */
  marksConnection: boolean;
}

export function scanSql(sql: string): SqlShape {
  const parameters: (string | null)[] = [];
  const words: string[] = [];
  let ended = false;
  let afterEnd = false;
  for (const { 0: text, groups } of sql.matchAll(TOKEN)) {
    if (groups?.end !== undefined) {
      ended ||= words.length > 0;
      continue;
    }
    if (text.startsWith('--') || text.startsWith('/*')) continue;
    afterEnd ||= ended;
    if (words.length < 3) words.push(text.toLowerCase());
    if (groups?.param !== undefined) addParameter(parameters, text);
  }
  const isTrigger = words[0] === 'create' && words.includes('trigger'); // its body has semicolons of its own
  return {
    parameters,
    manyStatements: afterEnd && !isTrigger,
    isExplain: words[0] === 'explain',
    mayWrite: !READS.has(words[0] ?? '') && (words[0] !== 'with' || WRITING_WORD.test(sql)),
    beginsReadOnly: words[0] === 'begin' && words.includes('readonly'),
    isEmpty: words.length === 0,
    marksConnection: /\b(pragma|temp|temporary|attach|detach)\b/i.test(sql),
  };
}

/** SQLite's numbering: `?` is one past the largest so far, `?N` is N, a name seen before is the same parameter. */
function addParameter(parameters: (string | null)[], text: string): void {
  if (text === '?') {
    parameters.push(null);
  } else if (text.startsWith('?')) {
    const position = Math.min(Number(text.slice(1)), 32_766); // SQLite's own limit; beyond it preparing fails
    while (parameters.length < position) parameters.push(null);
    parameters[position - 1] = text;
  } else if (!parameters.includes(text)) {
    parameters.push(text);
  }
}
