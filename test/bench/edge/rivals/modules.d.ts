/** Modules beside a rival's Worker, and a package that only the benchmark fetches. */
declare module '*/task.json' {
  const text: string;
  export default text;
}
declare module '*/weights.bin' {
  const bytes: ArrayBuffer;
  export default bytes;
}
declare module '*/model.onnx' {
  const bytes: ArrayBuffer;
  export default bytes;
}
declare module '*/engine.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
declare module 'onnxruntime-web/wasm' {
  type Ort = import('../../infer-engine/onnxruntime.ts').Onnxruntime;
  export const env: Ort['env'];
  export const InferenceSession: Ort['InferenceSession'];
  export const Tensor: Ort['Tensor'];
}
