import { expect, it } from 'vitest';
import { decodeJoin, encodeJoin } from './join-token.ts';

const join = { url: 'https://trainyard.example', token: 'ty_0123?>~' };

it('carries address and secret in one word', () => {
  const word = encodeJoin(join);
  expect(word).toMatch(/^join_[\w-]+$/);
  expect(decodeJoin(word)).toEqual(join);
  // by an independent implementation
  expect(JSON.parse(Buffer.from(word.slice(5), 'base64url').toString())).toEqual(join);
});

it.each([
  ['half of one', encodeJoin(join).slice(0, 20)],
  ['a plain token', 'ty_0123'],
  ['none', ''],
  ['one for no web address', encodeJoin({ ...join, url: 'file:///etc/passwd' })],
])('refuses %s, and does not repeat it', (_, word) => {
  let message = '';
  try {
    decodeJoin(word);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toMatch(/^the join token is damaged: expected all of what/);
  if (word) expect(message).not.toContain(word);
});
