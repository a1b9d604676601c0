/**
 * One Hrana stream: a connection, its stored SQL texts, and the requests of a pipeline run on it one after another.
 * Closing it rolls back whatever transaction it still holds.
 */
import type { Connection, ConnectionPool } from './connection.ts';
import { HranaError, toProtocolError } from './errors.ts';
import type {
  Batch,
  BatchResult,
  Condition,
  Statement,
  StatementResult,
  StreamRequest,
  StreamResponse,
} from './protocol.ts';
import type { ResultBudget } from './values.ts';
import type { WriteGate } from './write-gate.ts';

const MAX_STORED_SQL = 256;

export class Stream {
  readonly #pool: ConnectionPool;
  readonly #gate: WriteGate;
  readonly #connection: Connection;
  readonly #storedSql = new Map<number, string>();
  #closed = false;

  constructor(pool: ConnectionPool, gate: WriteGate) {
    this.#pool = pool;
    this.#gate = gate;
    this.#connection = pool.acquire();
  }

  get closed(): boolean {
    return this.#closed;
  }

  async handle(request: StreamRequest, budget: ResultBudget): Promise<StreamResponse> {
    if (this.#closed) throw new HranaError('STREAM_CLOSED', 'the stream is closed');
    switch (request.type) {
      case 'execute':
        return { type: 'execute', result: await this.#execute(request.stmt, budget) };
      case 'batch':
        return { type: 'batch', result: await this.#batch(request.batch, budget) };
      case 'sequence':
        await this.#sequence(this.#sqlOf(request));
        return { type: 'sequence' };
      case 'describe':
        return { type: 'describe', result: this.#connection.describe(this.#sqlOf(request)) };
      case 'store_sql':
        if (this.#storedSql.has(request.sql_id))
          throw new HranaError('SQL_STORE_EXISTS', `sql_id ${request.sql_id} is in use; close_sql it first`);
        if (this.#storedSql.size >= MAX_STORED_SQL)
          throw new HranaError('SQL_STORE_TOO_LARGE', `a stream stores at most ${MAX_STORED_SQL} SQL texts`);
        this.#storedSql.set(request.sql_id, request.sql);
        return { type: 'store_sql' };
      case 'close_sql':
        this.#storedSql.delete(request.sql_id);
        return { type: 'close_sql' };
      case 'get_autocommit':
        return { type: 'get_autocommit', is_autocommit: this.#connection.autocommit };
      case 'close':
        this.close();
        return { type: 'close' };
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pool.release(this.#connection);
    this.#gate.released();
  }

  async #execute(statement: Statement, budget: ResultBudget): Promise<StatementResult> {
    const sql = this.#sqlOf(statement);
    return this.#whenUnlocked(() => this.#connection.execute(sql, statement, budget));
  }

  async #sequence(sql: string): Promise<void> {
    await this.#whenUnlocked(() => this.#connection.sequence(sql));
  }

  /** Runs `attempt` again while another stream holds the write lock, and passes the lock on if this left it free. */
  async #whenUnlocked<T>(attempt: () => T): Promise<T> {
    const checked = () => {
      if (this.#closed) throw new HranaError('STREAM_CLOSED', 'the stream was closed while it waited');
      return attempt();
    };
    try {
      return await this.#gate.retry(checked);
    } finally {
      if (!this.#closed && this.#connection.autocommit) this.#gate.released();
    }
  }

  async #batch({ steps }: Batch, budget: ResultBudget): Promise<BatchResult> {
    const result: BatchResult = { step_results: [], step_errors: [] };
    for (const { condition, stmt } of steps) {
      const wanted = !condition || this.#holds(condition, result);
      try {
        result.step_results.push(wanted ? await this.#execute(stmt, budget) : null);
        result.step_errors.push(null);
      } catch (error) {
        result.step_results.push(null);
        result.step_errors.push(toProtocolError(error));
      }
    }
    return result;
  }

  #holds(condition: Condition, result: BatchResult): boolean {
    switch (condition.type) {
      case 'ok':
      case 'error': {
        if (condition.step >= result.step_results.length)
          throw new HranaError(
            'BATCH_COND_BAD_STEP',
            `condition names step ${condition.step}, which has not run`,
          );
        const outcome = condition.type === 'ok' ? result.step_results : result.step_errors;
        return outcome[condition.step] !== null;
      }
      case 'not':
        return !this.#holds(condition.cond, result);
      case 'and':
        return condition.conds.every((each) => this.#holds(each, result));
      case 'or':
        return condition.conds.some((each) => this.#holds(each, result));
      case 'is_autocommit':
        return this.#connection.autocommit;
    }
  }

  #sqlOf({ sql, sql_id }: { sql?: string | null; sql_id?: number | null }): string {
    if (typeof sql === 'string' && sql_id == null) return sql;
    if (sql != null || sql_id == null)
      throw new HranaError('SQL_INVALID', 'send exactly one of sql and sql_id');
    const stored = this.#storedSql.get(sql_id);
    if (stored === undefined)
      throw new HranaError('SQL_STORE_MISSING', `sql_id ${sql_id} is not stored on this stream`);
    return stored;
  }
}
