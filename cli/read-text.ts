/** A file as text, or stdin where it is called `-`. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

export function readText(source: string): Promise<string> {
  return source === '-' ? text(process.stdin) : readFile(source, 'utf8');
}
