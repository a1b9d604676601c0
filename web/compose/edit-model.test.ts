import { describe, expect, it } from 'vitest';
import { connect, type DraftModel, insertEntry, moveEntry, removeEntry } from './edit-model.ts';
import { begin, change, redo, undo } from './history.ts';

const chain: DraftModel = [
  { type: 'dense', units: 4 },
  { type: 'dropout', rate: 0.2 },
  { type: 'dense', units: 2 },
];

describe('a model that is put together', () => {
  it('takes a block anywhere, and lets one go', () => {
    const more = insertEntry(chain, 1, { type: 'batch-norm' });
    expect(more.map(({ type }) => type)).toEqual(['dense', 'batch-norm', 'dropout', 'dense']);
    expect(removeEntry(more, 1)).toEqual(chain);
  });

  it('moves blocks, but not beyond its ends', () => {
    expect(moveEntry(chain, 2, -1).map(({ type }) => type)).toEqual(['dense', 'dense', 'dropout']);
    expect(moveEntry(chain, 0, -1)).toBe(chain);
    expect(moveEntry(chain, 2, 1)).toBe(chain);
  });

  it('names what is referred to, once', () => {
    const joined = connect([...chain, { type: 'add' }], 3, [{ entry: 0 }, { entry: 2 }, { column: 'age' }]);
    expect(joined.map(({ id }) => id)).toEqual(['dense-1', undefined, 'dense-3', undefined]);
    expect(joined[3]!.inputs).toEqual(['dense-1', 'dense-3', 'feature:age']);
    expect(connect(joined, 3, [])[3]).toEqual({ type: 'add' });
  });

  it('lets those that named a block take what that one took, when it goes', () => {
    const joined = connect([...chain, { type: 'add' }], 3, [{ entry: 0 }, { entry: 1 }]);
    const without = removeEntry(joined, 1);
    expect(without.at(-1)).toEqual({ type: 'add', inputs: ['dense-1', 'dense-1'] });
    // the first takes the features, which have no name: what is left is the other input
    expect(removeEntry(joined, 0).at(-1)).toEqual({ type: 'add', inputs: ['dropout-2'] });
  });
});

describe('the history of a text', () => {
  it('goes back and forth, and forgets what was ahead on a change', () => {
    const three = change(change(begin('a'), 'b', null), 'c', null);
    const back = undo(undo(three));
    expect([back.present, redo(back).present, redo(redo(back)).present]).toEqual(['a', 'b', 'c']);
    expect(redo(change(back, 'd', null)).present).toBe('d');
    expect(undo(begin('a')).present).toBe('a');
  });

  it('takes changes of one thing as one', () => {
    const typed = ['b', 'bc', 'bcd'].reduce((history, text) => change(history, text, 'units'), begin('a'));
    expect(undo(typed).present).toBe('a');
    expect(undo(change(typed, 'e', 'rate')).present).toBe('bcd');
  });
});
