/** libtensorflow: where it comes from, whether it loads, on which devices, and how fast it multiplies. */
import { messageOf } from '../../shared/errors.ts';
import { type Probe, probeTensorflow } from '../tensorflow/probe.ts';
import { readSetupReport } from '../tensorflow/setup-report.ts';
import type { Finding } from './finding.ts';

export function examineSource(): Finding {
  const name = 'libtensorflow';
  const report = readSetupReport();
  if (report && report.source !== 'none') return { name, state: 'ok', found: report.why };
  return { name, state: 'note', found: report?.why ?? 'not set up', remedy: 'npm run setup' };
}

export async function examineTensorflow(gpuPresent: boolean): Promise<Finding[]> {
  try {
    const probe = await probeTensorflow();
    return [judgeProbe(probe, gpuPresent), productOf(probe)];
  } catch (error) {
    const remedy = 'npm install && npm run setup';
    return [{ name: 'TensorFlow', state: 'fault', found: messageOf(error), remedy }];
  }
}

function judgeProbe(probe: Probe, gpuPresent: boolean): Finding {
  const name = 'TensorFlow';
  const found = probe.problem
    ? `${probe.device}; libtensorflow does not load: ${probe.problem}`
    : probe.device;
  if (probe.backend === 'javascript') {
    return {
      name,
      state: 'note',
      found,
      remedy: 'npm run setup; until then training works, many times slower',
    };
  }
  if (gpuPresent && !probe.usesGpu) {
    const remedy = "set up against pip's tensorflow[and-cuda], then npm run setup";
    return { name, state: 'note', found: `${found}; does not use the GPU`, remedy };
  }
  return { name, state: 'ok', found };
}

const productOf = ({ gflops, usesGpu }: Probe): Finding => ({
  ...{ name: 'Matrix product', state: 'ok' },
  found: `256 × 256 on the ${usesGpu ? 'GPU' : 'CPU'}: ${gflops.toFixed(1)} GFLOP/s`,
});
