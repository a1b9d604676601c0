/** Who calls, and whether they may. Closed by default. */

import { AppError } from '../shared/errors.ts';
import type { TokenScope } from '../shared/schema/project.ts';
import type { Caller } from './store/look-up.ts';

/** The secret in an `Authorization: Bearer …` header; empty where there is none. */
export function bearerToken(header: string | undefined): string {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
}

/** Browsers cannot set headers on a WebSocket, so its token may come as the subprotocol `bearer.<token>`. */
export function subprotocolToken(header: string | undefined): string {
  const protocols = (header ?? '').split(',').map((name) => name.trim());
  return protocols.find((name) => name.startsWith('bearer.'))?.slice('bearer.'.length) ?? '';
}

export function requireScope(
  caller: Caller | null,
  scopes: readonly TokenScope[],
  endpoint: string | undefined,
): asserts caller is Caller {
  if (!caller)
    throw new AppError(
      'unauthorized',
      'expected a valid token in the header "Authorization: Bearer <token>"',
    );
  if (!scopes.includes(caller.scope))
    throw new AppError(
      'forbidden',
      `a token of scope "${caller.scope}" may not do this; expected ${scopes.join(' or ')}`,
    );
  if (caller.scope === 'endpoint' && endpoint !== undefined && endpoint !== caller.endpoint)
    throw new AppError('forbidden', `this token may call only the endpoint "${caller.endpoint}"`);
}
