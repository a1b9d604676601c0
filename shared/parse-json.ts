/**
 * JSON from outside. Lists in lists in lists cost a parser far more time than their few bytes let on, and overflow whoever walks them,
 * so they are refused by a look at the text alone.
 */
import { AppError } from './errors.ts';

/** Deeper than anything that Trainyard reads: a picture in a batch is five lists in two objects. */
const DEEPEST = 64;

const [QUOTE, BACKSLASH, COLON, COMMA] = [34, 92, 58, 44];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/** Throws AppError `invalid_request`, which names the place, for what is nested too deep; SyntaxError for what is not JSON. */
export function parseJson(text: string): unknown {
  requireShallow(text);
  return JSON.parse(text);
}

/** Throws AppError `invalid_request`, which names the place below `root`, where `text`, JSON or not, is nested too deep. */
export function requireShallow(text: string, root = ''): void {
  if (!opensMany(text)) return;
  /** Of each list or object that is open: the place of its entry, or the key. */
  const open: (number | string)[] = [];
  let string: [from: number, to: number] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const from = at + 1;
        at = endOfString(text, from);
        string = [from, at];
        break;
      }
      case OPEN_LIST:
        open.push(0);
        break;
      case OPEN_OBJECT:
        open.push('');
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        open.pop();
        break;
      case COLON:
        open[open.length - 1] = text.slice(...string);
        break;
      case COMMA: {
        const place = open[open.length - 1];
        if (typeof place === 'number') open[open.length - 1] = place + 1;
        break;
      }
    }
    if (open.length > DEEPEST) throw tooDeep([root, ...open.slice(0, -1)].filter((part) => part !== ''));
  }
}

/** Whether so many lists and objects begin that some could be too deep: most texts are done with after a few looks. */
function opensMany(text: string): boolean {
  let count = 0;
  for (const bracket of '[{')
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1))
      if (++count > DEEPEST) return true;
  return false;
}

/** Where the quote is that ends the string, or where the text ends. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

function tooDeep(path: readonly (number | string)[]): AppError {
  const place = path.slice(0, 8).join('.');
  return new AppError(
    'invalid_request',
    `${place}…: lists and objects in one another are ${DEEPEST} deep here, and go on; expected at most that`,
    { details: { path: path.join('.') } },
  );
}
