/**
 * One connection of the embedded libSQL: statements in, Hrana results out, and the pool that hands connections to
 * streams. The library needs care in three things. `close()` frees file handles only when collected, hence the pool. An
 * unfinished statement keeps its locks until interrupted. And a prepared statement that met SQLITE_BUSY stays active,
 * which silently keeps every later autocommit write on its connection from being committed: so the write lock is
 * always taken through `exec`, which leaves nothing behind, before a prepared statement writes.
 */
import Database from 'libsql';
import { HranaError, sqliteCode } from './errors.ts';
import type { DescribeResult, NativeValue, Statement, StatementResult } from './protocol.ts';
import { scanSql } from './sql.ts';
import { encodeValue, type ResultBudget } from './values.ts';

// The library's own types leave this one out.
type NativeDatabase = Database.Database & { interrupt(): void };
type Bindings = NativeValue[] | Record<string, NativeValue>;

export class Connection {
  readonly #db: NativeDatabase;
  readonly #counters: Database.Statement<[]>;
  #marked = false;
  #broken = false;
  #readOnly = false;

  constructor(path: string) {
    this.#db = new Database(path, { timeout: 0 }) as NativeDatabase;
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    this.#counters = this.#db
      .prepare<[]>('SELECT total_changes(), changes(), last_insert_rowid()')
      .raw(true)
      .safeIntegers(true);
  }

  get autocommit(): boolean {
    return !this.#db.inTransaction;
  }

  get reusable(): boolean {
    return !this.#marked && !this.#broken && this.autocommit;
  }

  execute(sql: string, statement: Statement, budget: ResultBudget): StatementResult {
    this.#refuseIfBroken();
    const shape = scanSql(sql);
    if (shape.isEmpty) throw new HranaError('SQL_NO_STATEMENT', 'sql holds no statement');
    if (shape.manyStatements)
      throw new HranaError('SQL_MANY_STATEMENTS', 'sql holds several statements; send a sequence or a batch');
    const bindings = bind(shape.parameters, statement);
    this.#marked ||= shape.marksConnection;

    const prepared = this.#db.prepare(sql);
    const [before] = this.#count();
    const rows: StatementResult['rows'] = [];
    if (!prepared.reader && shape.parameters.length === 0) {
      this.#exec(sql);
      if (shape.beginsReadOnly) this.#setReadOnly(true);
    } else {
      if (shape.mayWrite) this.takeWriteLock();
      this.#unlessBusy(() => {
        if (!prepared.reader) return prepared.run(bindings);
        prepared.raw(true).safeIntegers(true);
        this.#eachRow(prepared.iterate(bindings), (row) => {
          if (statement.want_rows === false) return;
          budget.take(row);
          rows.push(row.map(encodeValue));
        });
      });
    }
    const [after, changes, rowid] = this.#count();
    const changed = after !== before;
    return {
      cols: prepared.reader ? columnsOf(prepared) : [],
      rows,
      affected_row_count: changed ? Number(changes) : 0,
      last_insert_rowid: changed ? rowid.toString() : null,
    };
  }

  /** Runs every statement of a text, which cannot be taken up again in its middle: so the lock comes first. */
  sequence(sql: string): void {
    this.#refuseIfBroken();
    const shape = scanSql(sql);
    this.#marked ||= shape.marksConnection;
    if (shape.isEmpty) return;
    if (!this.#readOnly) this.takeWriteLock();
    this.#exec(sql);
  }

  /**
   * Throws SQLITE_BUSY while another connection writes. Inside a transaction the lock is kept; outside, nothing can come
   * between this and the next synchronous call. (On a database without auto-vacuum, this pragma does only that.)
   */
  takeWriteLock(): void {
    this.#exec('PRAGMA incremental_vacuum(1)');
  }

  describe(sql: string): DescribeResult {
    const shape = scanSql(sql);
    const prepared = this.#db.prepare(sql);
    // In the compiled program, a Transaction instruction with P2 above 0 asks for the write lock.
    const program = shape.isExplain
      ? []
      : (this.#db.prepare(`EXPLAIN ${sql}`).all([]) as { opcode: string; p2: number }[]);
    return {
      params: shape.parameters.map((name) => ({ name })),
      cols: prepared.reader ? columnsOf(prepared) : [],
      is_explain: shape.isExplain,
      is_readonly: !program.some(({ opcode, p2 }) => opcode === 'Transaction' && p2 > 0),
    };
  }

  rollback(): void {
    if (this.#db.inTransaction) this.#exec('ROLLBACK');
  }

  checkpoint(): void {
    this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw(true).all([]);
  }

  close(): void {
    this.#db.close();
  }

  #exec(sql: string): void {
    this.#db.exec(sql);
    if (this.#readOnly && this.autocommit) this.#setReadOnly(false);
  }

  /** `BEGIN TRANSACTION READONLY` alone is not enforced by the embedded library. */
  #setReadOnly(readOnly: boolean): void {
    this.#db.exec(`PRAGMA query_only = ${readOnly ? 1 : 0}`);
    this.#readOnly = readOnly;
  }

  /** Seldom, as the lock was taken before: another process was quicker, or a pragma. This connection commits no more. */
  #unlessBusy(step: () => unknown): void {
    try {
      step();
    } catch (error) {
      if (!sqliteCode(error)?.startsWith('SQLITE_BUSY')) throw error;
      this.#broken = true;
      throw new HranaError('SQLITE_BUSY_TIMEOUT', 'the database is locked', 503);
    }
  }

  #refuseIfBroken(): void {
    if (this.#broken)
      throw new HranaError('STREAM_BROKEN', 'an earlier statement met a lock; open a new stream');
  }

  #eachRow(rows: IterableIterator<unknown>, visit: (row: NativeValue[]) => void): void {
    try {
      for (const row of rows) visit(row as NativeValue[]);
    } catch (error) {
      if (error instanceof HranaError) this.#abandon(rows);
      throw error;
    }
  }

  /** Stops a statement that still has rows: interrupted, its next step fails, and that frees its locks. */
  #abandon(rows: IterableIterator<unknown>): void {
    this.#db.interrupt();
    try {
      while (rows.next().done !== true);
    } catch {
      // SQLITE_INTERRUPT, as asked
    }
  }

  #count(): [total: bigint, changes: bigint, rowid: bigint] {
    return this.#counters.get() as [bigint, bigint, bigint];
  }
}

function bind(parameters: (string | null)[], { args, named_args }: Statement): Bindings {
  const named = named_args ?? [];
  const positional = args ?? [];
  if (named.length === 0) {
    if (positional.length !== parameters.length)
      throw new HranaError(
        'ARGS_INVALID',
        `the statement has ${parameters.length} parameters, args has ${positional.length} values`,
      );
    return positional;
  }
  if (positional.length > 0)
    throw new HranaError('ARGS_BOTH_POSITIONAL_AND_NAMED', 'send either args or named_args, not both');
  const given = new Map(named.map(({ name, value }) => [name.replace(/^[:@$]/, ''), value]));
  const wanted = new Set(
    parameters.map((name) => (name === null || name.startsWith('?') ? '?' : name.slice(1))),
  );
  for (const name of wanted)
    if (!given.has(name))
      throw new HranaError('ARGS_INVALID', `parameter ${name} has no value in named_args`);
  for (const name of given.keys())
    if (!wanted.has(name))
      throw new HranaError('ARGS_INVALID', `named_args has ${name}, which the statement does not`);
  return Object.fromEntries(given);
}

function columnsOf(prepared: Database.Statement): StatementResult['cols'] {
  return prepared.columns().map(({ name, type }) => ({ name, decltype: type }));
}

export class ConnectionPool {
  readonly #path: string;
  readonly #idle: Connection[] = [];

  constructor(path: string) {
    this.#path = path;
    this.release(new Connection(path)); // fails here, not at the first request, where the file cannot be opened
  }

  acquire(): Connection {
    return this.#idle.pop() ?? new Connection(this.#path);
  }

  release(connection: Connection): void {
    connection.rollback();
    if (connection.reusable) this.#idle.push(connection);
    else connection.close();
  }

  close(): void {
    const last = this.acquire();
    last.checkpoint();
    for (const connection of [last, ...this.#idle.splice(0)]) connection.close();
  }
}
