import { expect, test } from 'vitest';
import { scanSql } from './sql.ts';

test.each([
  ['SELECT 1', []],
  ['SELECT ?, ?', [null, null]],
  ['SELECT ?3, ?', [null, null, '?3', null]],
  ['SELECT :a, @b, $c, :a', [':a', '@b', '$c']],
  ["SELECT '?', \"?\", `:a`, [:b], 'it''s ?' -- ?\n /* :c */, ?", [null]],
])('parameters of %s', (sql, parameters) => {
  expect(scanSql(sql).parameters).toEqual(parameters);
});

test.each([
  ['SELECT 1;', false],
  ['; SELECT 1 ; -- end', false],
  ["SELECT ';'", false],
  ['SELECT 1; SELECT 2', true],
  ['CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END', false],
])('several statements in %s: %o', (sql, expected) => {
  expect(scanSql(sql).manyStatements).toBe(expected);
});

test.each([
  ['/* first */ select 1', false],
  ['PRAGMA user_version', false],
  ['WITH a AS (SELECT 1) SELECT * FROM a', false],
  ['WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a', true],
  ['-- note\nUPDATE a SET n = 1 RETURNING n', true],
])('%s may write: %o', (sql, expected) => {
  expect(scanSql(sql).mayWrite).toBe(expected);
});
