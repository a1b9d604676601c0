/**
 * What this browser can train on, found out without loading an engine. Which of them is fastest for a model, a short
 * calibration decides; a GPU that is only imitated in software is left for when the others fail, and so is plain JavaScript.
 */
export const BACKENDS = ['webgpu', 'wasm', 'webgl', 'cpu'] as const;
export type Backend = (typeof BACKENDS)[number];

export const BACKEND_NAMES: Record<Backend, string> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  cpu: 'JavaScript',
};

export interface BackendReport {
  backend: Backend;
  usable: boolean;
  /** A GPU's work done by the processor. */
  software: boolean;
  /** What it is, or why it cannot be used. */
  detail: string;
}

export async function detectBackends(): Promise<BackendReport[]> {
  return [
    await detectWebgpu(),
    detectWasm(),
    detectWebgl(),
    usable('cpu', 'the reference, slow, and everywhere'),
  ];
}

/**
 * Which backends to try, group by group: within a group the fastest is taken. One that was asked for comes first, alone.
 */
export function attemptsOf(reports: readonly BackendReport[], wanted?: string): Backend[][] {
  const isWanted = ({ backend }: BackendReport) => backend === wanted;
  const isSlow = ({ backend, software }: BackendReport) => backend === 'cpu' || software;
  const offered = reports.filter(({ usable }) => usable);
  const others = offered.filter((report) => !isWanted(report));
  const groups = [
    offered.filter(isWanted),
    others.filter((report) => !isSlow(report)),
    ...others.filter(isSlow).map((report) => [report]),
  ];
  return groups.filter((group) => group.length > 0).map((group) => group.map(({ backend }) => backend));
}

const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

function usable(backend: Backend, detail: string): BackendReport {
  const software = SOFTWARE.test(detail);
  return { backend, usable: true, software, detail: software ? `${detail}, imitated in software` : detail };
}

function unusable(backend: Backend, detail: string): BackendReport {
  return { backend, usable: false, software: false, detail };
}

async function detectWebgpu(): Promise<BackendReport> {
  if (!navigator.gpu) return unusable('webgpu', 'this browser has no WebGPU');
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  if (!adapter) return unusable('webgpu', 'the browser offers no graphics adapter');
  const { vendor, architecture, description, device } = adapter.info;
  return usable(
    'webgpu',
    description || [vendor, architecture || device].filter(Boolean).join(' ') || 'graphics adapter',
  );
}

function detectWebgl(): BackendReport {
  if (typeof OffscreenCanvas === 'undefined')
    return unusable('webgl', 'no OffscreenCanvas, which a worker draws with');
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return unusable('webgl', 'the browser offers no WebGL 2');
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const detail = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  const floats = gl.getExtension('EXT_color_buffer_float');
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return floats ? usable('webgl', detail) : unusable('webgl', `${detail} has no 32 bit textures`);
}

/** The smallest module that uses a SIMD instruction, in hexadecimal. */
const SIMD_MODULE = '0061736d010000000105016000017b030201000a0a0108004100fd0ffd620b';

function detectWasm(): BackendReport {
  if (typeof WebAssembly === 'undefined') return unusable('wasm', 'this browser has no WebAssembly');
  const bytes = Uint8Array.from(SIMD_MODULE.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  return WebAssembly.validate(bytes)
    ? usable('wasm', 'this processor, four numbers at a time')
    : unusable('wasm', 'this browser has no WebAssembly SIMD');
}
