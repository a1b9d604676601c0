import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { describeCrash, describeFailure } from './failure.ts';

const diverged = Object.assign(new Error('loss became NaN at step 3'), { name: 'TrainingDiverged' });

describe('describeFailure', () => {
  it.each([
    [new AppError('invalid_data', 'target "y" is constant'), 'bad_data', 'target "y" is constant'],
    [new AppError('invalid_pipeline', 'no such column'), 'bad_data', 'no such column'],
    [new AppError('too_large', 'it needs 9 GB; make'), 'out_of_memory', 'it needs 9 GB; make'],
    [diverged, 'diverged', 'loss became NaN at step 3'],
    [
      new Error('OOM when allocating tensor with shape[9,9]'),
      'out_of_memory',
      'not enough memory: OOM when allocating tensor with shape[9,9]. A smaller batch size needs less',
    ],
    [
      new Error('The tensorflow executor failed', {
        cause: Object.assign(new Error('no space left'), { code: 'ENOSPC' }),
      }),
      'disk_full',
      'the disk of the runner is full: The tensorflow executor failed. Make room for TRAINYARD_HOME and the folder of temporary files, then resume the run',
    ],
    [new TypeError('x is not a function'), 'code_failed', 'x is not a function'],
  ])('%s', (error, reason, message) => {
    expect(describeFailure(error)).toEqual({ reason, message });
  });
});

describe('describeCrash', () => {
  it('says how, how often, and the last words', () => {
    expect(describeCrash({ code: null, signal: 'SIGSEGV', lastWords: 'bad\n', hung: null }, 3)).toEqual({
      reason: 'code_failed',
      message: 'the training process was killed (SIGSEGV) 3 times without getting further: bad',
    });
  });

  it('says where one stood still that was killed for it', () => {
    const hung = 'said nothing for 60 s (training, step 31 of 100)';
    expect(describeCrash({ code: null, signal: 'SIGKILL', lastWords: '', hung }, 3)).toEqual({
      reason: 'hung',
      message:
        'the training process said nothing for 60 s (training, step 31 of 100) and was ended, 3 times without getting further. Resume goes on from the last checkpoint; where it always hangs there, another runner may not',
    });
  });

  it('takes a SIGKILL of no one for want of memory', () => {
    expect(describeCrash({ code: null, signal: 'SIGKILL', lastWords: 'a remark\n', hung: null }, 3)).toEqual({
      reason: 'out_of_memory',
      message:
        'the training process was killed (SIGKILL) 3 times without getting further, most likely for want of memory. Fewer rows or a smaller batch size need less; on a machine with more memory, resume goes on from the last checkpoint',
    });
  });
});
