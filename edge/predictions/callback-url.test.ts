import { expect, test } from 'vitest';
import { checkCallback } from './callback-url.ts';

test.each([
  'https://example.com/done?x=1',
  'http://example.com:8080/',
  'https://8.8.8.8/',
  'https://172.32.0.1/',
  'https://[2606:4700::1111]/',
])('may go to %s', (url) => expect(() => checkCallback(url, 'public')).not.toThrow());

test.each([
  'http://localhost:80/',
  'http://a.localhost/',
  'http://127.0.0.1/',
  'http://0x7f.1/', // 127.0.0.1 in other words
  'http://2130706433/',
  'http://10.1.2.3/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://0.0.0.0/',
  'http://239.0.0.1/',
  'http://[::1]/',
  'http://[::ffff:10.0.0.1]/',
  'http://[fe80::1]/',
  'http://[fd00::1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:db8::1]/',
  'http://intranet/',
  'http://db.internal./',
])('may not go to %s, unless to any', (url) => {
  expect(() => checkCallback(url, 'public')).toThrow(/leads to a private address/);
  expect(() => checkCallback(url, 'any')).not.toThrow();
});

test.each([
  ['nothing', /is no URL/],
  ['ftp://example.com/', /begins with "ftp:"; expected https: or http:/],
  ['javascript:alert(1)', /begins with "javascript:"/],
  ['https://me:secret@example.com/', /a name or a password/],
])('refuses %s', (url, message) => expect(() => checkCallback(url, 'any')).toThrow(message));
