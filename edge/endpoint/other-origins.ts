/** Headers for pages of other origins, which may call endpoints: what lets them is a token, which no browser sends by itself. */
export const EXPOSED = [
  ...['etag', 'inference-header-content-length', 'server-timing', 'x-request-id'],
  ...['location', 'retry-after', 'preference-applied', 'idempotent-replayed'],
];

export const OTHER_ORIGINS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED.join(','),
};
