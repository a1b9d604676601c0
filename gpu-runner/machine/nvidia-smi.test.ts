import { describe, expect, it } from 'vitest';
import { parseCuda, parseGpus, parseGpuUse } from './nvidia-smi.ts';

const MIB = 2 ** 20;

describe('what nvidia-smi prints', () => {
  it('is read for each GPU', () => {
    const csv = 'NVIDIA H200, 143771, 143154, 570.133.20\nTesla T4, 15360, 14923, 570.133.20\n';
    expect(parseGpus(csv)).toEqual([
      { name: 'NVIDIA H200', totalBytes: 143_771 * MIB, freeBytes: 143_154 * MIB, driver: '570.133.20' },
      { name: 'Tesla T4', totalBytes: 15_360 * MIB, freeBytes: 14_923 * MIB, driver: '570.133.20' },
    ]);
  });

  it('is read where a device keeps figures to itself, or there is none', () => {
    expect(parseGpus('NVIDIA GB10, [N/A], [N/A], 580.95.05\n')).toMatchObject([
      { name: 'NVIDIA GB10', totalBytes: 0, driver: '580.95.05' },
    ]);
    expect(parseGpus('No devices were found\n')).toEqual([]);
  });

  it('tells how busy the first one is', () => {
    expect(parseGpuUse('37, 4096, 16384\n0, 0, 16384\n')).toEqual({ gpu: 0.37, gpuMemory: 0.25 });
    expect(parseGpuUse('[N/A], 4096, 16384\n')).toEqual({ gpu: null, gpuMemory: 0.25 });
    expect(parseGpuUse('No devices were found\n')).toEqual({ gpu: null, gpuMemory: null });
  });

  it('names the CUDA that the driver supports', () => {
    const head = `
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 570.133.20             Driver Version: 570.133.20     CUDA Version: 12.8     |
|-----------------------------------------+------------------------+----------------------+`;
    expect(parseCuda(head)).toBe('12.8');
    expect(
      parseCuda('| NVIDIA-SMI 560.35.03    Driver Version: 560.35.03    CUDA Version: N/A |'),
    ).toBeNull();
  });
});
