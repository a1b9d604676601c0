/** Whether a column holds a text somewhere, whatever the case (of ASCII letters, as SQLite has it). */
import { type Column, type SQL, sql } from 'drizzle-orm';

export function contains(column: Column, text: string): SQL {
  const pattern = `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return sql`${column} LIKE ${pattern} ESCAPE '\\'`;
}
