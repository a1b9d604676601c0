/** workerd hands a WebAssembly import over as a compiled module. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  // biome-ignore lint/style/noDefaultExport: that is how workerd exports it
  export default module;
}
