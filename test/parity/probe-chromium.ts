/** The probe as a page's script: `parity.golden()`, and `parity.answer(question, executor)` on one of the tab's. */

import { detectBackends } from '../../web/train/backends.ts';
import { candidateOf } from '../../web/train/start-backend.ts';
import { answer, goldenAnswers, type Question } from './probe.ts';

Object.assign(globalThis, {
  parity: {
    golden: goldenAnswers,
    async answer(question: Question, executor: string) {
      const candidates = (await detectBackends()).map(candidateOf);
      return answer(question, await candidates.find(({ name }) => name === executor)!.start());
    },
  },
});
