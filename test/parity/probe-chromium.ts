/** The probe as a page's script: `parity.golden()`, and `parity.answer(question, backend)` on a TensorFlow.js backend. */
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import { createTfjsExecutor } from '../../shared/executors/tfjs/tfjs-executor.ts';
import { answer, goldenAnswers, type Question } from './probe.ts';

setWasmPaths('/wasm/');

Object.assign(globalThis, {
  parity: {
    golden: goldenAnswers,
    async answer(question: Question, backend: string) {
      if (!(await tf.setBackend(backend))) throw new Error(`no ${backend} here`);
      await tf.ready();
      if (backend === 'webgl') Object.assign(tf.backend(), { floatPrecisionValue: 32 });
      return answer(question, createTfjsExecutor(tf));
    },
  },
});
