/** Modules beside a rival's Worker. */
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
