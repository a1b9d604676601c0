/** `GET /v1/live?topics=…`: a WebSocket that brings events. Not in the contract, since it is not request and reply. */
import { AppError } from '../../shared/errors.ts';
import { LiveTopic } from '../../shared/schema/live.ts';
import { bearerToken, requireScope, subprotocolToken } from '../auth.ts';
import type { App } from '../contract.ts';

/** As many as the tags that one hibernating socket may carry. */
const MOST_TOPICS = 10;

export function serveLive(app: App): void {
  app.get('/v1/live', async (c) => {
    const { authenticate, live } = c.get('services');
    const secret =
      bearerToken(c.req.header('authorization')) || subprotocolToken(c.req.header('sec-websocket-protocol'));
    const caller = await authenticate(secret);
    requireScope(caller, ['owner', 'runner'], undefined);
    const topics = readTopics(c.req.query('topics'));
    if (caller.scope === 'runner' && topics.some((topic) => topic !== 'jobs'))
      throw new AppError('forbidden', 'topics: a runner token may only subscribe to "jobs"');
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
      throw new AppError('invalid_request', 'Upgrade: expected "websocket"', { status: 426 });
    return live.connect(caller.workspace, topics, c.req.raw);
  });
}

function readTopics(text = ''): string[] {
  const topics = [...new Set(text.split(',').filter((topic) => topic !== ''))];
  const bad = topics.find((topic) => !LiveTopic.safeParse(topic).success);
  if (topics.length === 0 || topics.length > MOST_TOPICS || bad !== undefined)
    throw new AppError(
      'invalid_request',
      `topics: expected 1 to ${MOST_TOPICS} of runs, jobs, run:<id>, endpoint:<name>; got "${(bad ?? text).slice(0, 80)}"`,
    );
  return topics;
}
