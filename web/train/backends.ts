/**
 * What this browser can train on, found out without loading the engine. The order of trial: WebGPU, WebGL, WASM, CPU; a GPU
 * that is only imitated in software comes after WASM, which is faster than it.
 */
export const BACKENDS = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;
export type Backend = (typeof BACKENDS)[number];

export const BACKEND_NAMES: Record<Backend, string> = {
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly',
  cpu: 'CPU',
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
  return [await detectWebgpu(), detectWebgl(), detectWasm(), usable('cpu', 'plain JavaScript, the slowest')];
}

/** Usable backends in the order to try them. */
export function orderOf(reports: readonly BackendReport[]): Backend[] {
  const rank = ({ backend, software }: BackendReport): number =>
    software ? BACKENDS.indexOf('wasm') + 0.5 : BACKENDS.indexOf(backend);
  return reports
    .filter((report) => report.usable)
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ backend }) => backend);
}

const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

function usable(backend: Backend, detail: string): BackendReport {
  const software = backend !== 'cpu' && SOFTWARE.test(detail);
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

/** The smallest module that uses a SIMD instruction. */
const SIMD_MODULE = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  5,
  1,
  96,
  0,
  1,
  123,
  3,
  2,
  1,
  0,
  10,
  10,
  1,
  8,
  0,
  65,
  0,
  253,
  15,
  253,
  98,
  11,
);

function detectWasm(): BackendReport {
  if (typeof WebAssembly === 'undefined') return unusable('wasm', 'this browser has no WebAssembly');
  return usable(
    'wasm',
    WebAssembly.validate(SIMD_MODULE) ? 'processor, with SIMD' : 'processor, without SIMD',
  );
}
