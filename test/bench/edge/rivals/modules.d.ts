/** Modules beside a rival's Worker. */
declare module '*/task.json' {
  const task: import('./task.ts').RivalTask;
  export default task;
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
