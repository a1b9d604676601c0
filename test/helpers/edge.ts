/** The Worker in workerd, as wrangler.toml describes it, over a libSQL of its own: for tests. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@libsql/client';
import { createTestHarness } from 'wrangler';
import { startHranaServer } from '../../edge/local/hrana/server.ts';
import { bootstrap, migrate } from '../../edge/store/migrate.ts';

export interface Edge {
  url: string;
  ownerToken: string;
  runnerToken: string;
  /** The owner of another workspace on the same server. */
  strangerToken: string;
  /** The database beneath, to look at what is stored. */
  database: Client;
  /** What R2 holds. */
  blobs(): Promise<Blobs>;
  /** Keys of all objects in R2. */
  blobKeys(): Promise<string[]>;
  /** JSON lines that the Worker logged. */
  logs(): string[];
  close(): Promise<void>;
}

/** Of an R2 bucket what tests use. */
interface Blobs {
  list(): Promise<{ objects: { key: string }[] }>;
  get(
    key: string,
  ): Promise<{ customMetadata?: Record<string, string>; arrayBuffer(): Promise<ArrayBuffer> } | null>;
  put(key: string, bytes: ArrayBuffer, options: { customMetadata: Record<string, string> }): Promise<unknown>;
}

const root = join(import.meta.dirname, '../..');
const newToken = () => randomBytes(24).toString('base64url');

export async function startEdge({ callbacksTo = 'public' } = {}): Promise<Edge> {
  // Nothing may ask the network, or report there.
  Object.assign(process.env, {
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
    X_LOCAL_OBSERVABILITY: 'false',
  });
  await mkdir(join(root, 'web/dist'), { recursive: true });
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-edge-'));
  const token = newToken();
  const hrana = await startHranaServer({ dir, port: 0, token });
  const database = createClient({ url: hrana.url, authToken: token });
  await migrate(database);
  const [ownerToken, runnerToken, strangerToken] = [newToken(), newToken(), newToken()];
  await bootstrap(database, { owner: ownerToken, runner: runnerToken });
  await bootstrap(database, { owner: strangerToken, runner: newToken() }, { workspaceName: 'elsewhere' });

  const harness = createTestHarness({
    root,
    workers: [
      {
        configPath: join(root, 'wrangler.toml'),
        vars: { LIBSQL_URL: hrana.url, CALLBACKS_TO: callbacksTo },
        secrets: { LIBSQL_TOKEN: token },
      },
    ],
  });
  const { url } = await harness.listen();
  const blobs = async () => (await harness.getWorker<{ BLOBS: Blobs }>().getEnv()).BLOBS;
  return {
    url: url.origin,
    ownerToken,
    runnerToken,
    strangerToken,
    database,
    blobs,
    blobKeys: async () => (await (await blobs()).list()).objects.map(({ key }) => key),
    logs: () => harness.getLogs().map(({ message }) => message),
    async close() {
      await harness.close();
      database.close();
      await hrana.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
