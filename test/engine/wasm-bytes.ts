/** Counts the memory of the WebAssembly instance made last, from the import of this module on. */
let last: WebAssembly.Instance | undefined;

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    last = Reflect.construct(target, args) as WebAssembly.Instance;
    return last;
  },
});

export const wasmBytes = (): number =>
  (last?.exports.memory as WebAssembly.Memory | undefined)?.buffer.byteLength ?? 0;
