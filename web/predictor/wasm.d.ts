/** The build puts the kernels' bytes into the script. */
declare module '*/kernels-simd128.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  // biome-ignore lint/style/noDefaultExport: that is how esbuild exports it
  export default bytes;
}
