/** The GPU and its driver. */
import { messageOf } from '../../shared/errors.ts';
import { type Gpu, readCuda, readGpus } from '../machine/nvidia-smi.ts';
import { type Finding, GIB, gib } from './finding.ts';

const name = 'GPU';
/** TensorFlow's wheels bring CUDA 12, for which the driver has to be 525 or newer (NVIDIA's CUDA compatibility table). */
const OLDEST_CUDA = 12;

export function examineGpu(): { present: boolean; finding: Finding } {
  try {
    const gpus = readGpus();
    return { present: gpus.length > 0, finding: judgeGpus(gpus, gpus.length > 0 ? readCuda() : null) };
  } catch (error) {
    return { present: false, finding: judgeFailure(error) };
  }
}

export function judgeGpus(gpus: readonly Gpu[], cuda: string | null): Finding {
  const [first] = gpus;
  if (!first) {
    return {
      ...{ name, state: 'note', found: 'the driver finds none; trains on the CPU' },
      remedy: 'in a container, give it one (docker run --gpus all); in a virtual machine, pass one through',
    };
  }
  const each = gpus.map(({ name, totalBytes, freeBytes }) =>
    totalBytes > 0 ? `${name}, ${gib(freeBytes)} free of ${gib(totalBytes)}` : name,
  );
  const found = [...each, `driver ${first.driver}`, cuda ? `CUDA up to ${cuda}` : 'CUDA unknown'].join('; ');
  if (cuda && Number.parseInt(cuda, 10) < OLDEST_CUDA) {
    const remedy = 'update the NVIDIA driver to 525 or newer: TensorFlow comes with CUDA 12';
    return { name, state: 'note', found, remedy };
  }
  if (first.totalBytes > 0 && first.freeBytes < GIB) {
    const remedy = 'see who holds its memory (nvidia-smi) and end it, or train with small batches';
    return { name, state: 'note', found, remedy };
  }
  return { name, state: 'ok', found };
}

function judgeFailure(error: unknown): Finding {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    const found = 'none: no NVIDIA driver here (nvidia-smi not found); trains on the CPU';
    return {
      name,
      state: 'note',
      found,
      remedy: 'where there is a GPU, install its driver; else all is well',
    };
  }
  return {
    ...{
      name,
      state: 'note',
      found: `nvidia-smi failed: ${messageOf(error).split('\n')[1] || messageOf(error)}`,
    },
    remedy:
      'see that the NVIDIA driver is loaded and this user may use it (after an update of it, restart the machine); until then it trains on the CPU',
  };
}
