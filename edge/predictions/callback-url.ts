/**
 * Where a callback may go. A server that calls any address it is given could be sent to what only it can reach, so addresses that are not
 * public are refused, unless `CALLBACKS_TO` is "any" (as on one machine). Names are looked up when they are called, by Cloudflare's network, which
 * reaches public addresses alone.
 */
import { AppError } from '../../shared/errors.ts';

export type CallbacksTo = 'public' | 'any';

/** Throws AppError `invalid_request`. */
export function checkCallback(text: string, to: CallbacksTo): void {
  const refuse = (why: string) =>
    new AppError('invalid_request', `body.callback: "${text.slice(0, 200)}" ${why}`);
  if (!URL.canParse(text)) throw refuse('is no URL; expected one such as https://example.com/done');
  const { protocol, hostname, username, password } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw refuse(`begins with "${protocol}"; expected https: or http:`);
  if (username !== '' || password !== '')
    throw refuse('has a name or a password in it; expected none, since callbacks are signed');
  if (to === 'public' && !isPublic(hostname))
    throw refuse(
      'leads to a private address; expected a public one (where this server may call private ones, its variable CALLBACKS_TO is "any")',
    );
}

/** `host` as URL gives it: IPv4 in four decimal numbers, IPv6 in brackets. */
export function isPublic(host: string): boolean {
  if (host.startsWith('[')) return isPublicV6(host.slice(1, -1));
  const v4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host);
  if (v4) return isPublicV4(Number(v4[1]), Number(v4[2]), Number(v4[3]));
  const name = host.replace(/\.$/, '');
  return name.includes('.') && !/\.(localhost|local|internal|lan|home|intranet|home\.arpa)$/i.test(name);
}

/** By IANA's registry of special-purpose addresses; and no multicast. */
function isPublicV4(a: number, b: number, c: number): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b < 128) return false;
  if (a === 169 && b === 254) return false;
  if (a === 172 && b >= 16 && b < 32) return false;
  if (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) return false;
  return !(
    (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
    (a === 203 && b === 0 && c === 113)
  );
}

/** Of what is given out (2000::/3) all but documentation, and addresses that stand for IPv4 ones (6to4, Teredo). */
function isPublicV6(address: string): boolean {
  const [first = 0, second = 0] = address.split(':').map((part) => Number.parseInt(part || '0', 16));
  if (first < 0x2000 || first > 0x3fff || first === 0x2002) return false;
  return !(first === 0x2001 && (second === 0 || second === 0xdb8));
}
