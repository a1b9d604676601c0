/** One WGSL module out of kernels that share a dispatch: each takes the workgroups that are its own. */
import { type Binding, createAccess, declareBindings } from './bindings.ts';
import { type Kernel, WORKGROUP } from './kernel.ts';
import { SPECIAL_NUMBERS } from './wgsl/helpers.ts';

/** Workgroups along x before a dispatch takes on a second row. */
const ROW = 65_535;

export interface Shader {
  code: string;
  label: string;
  workgroups: [x: number, y: number];
}

export function shaderOf(kernels: readonly Kernel[], bindings: readonly Binding[]): Shader {
  const helpers = new Map<string, string>();
  const declarations: string[] = [];
  const functions: string[] = [];
  const calls: string[] = [];
  let before = 0;
  for (const [n, kernel] of kernels.entries()) {
    const access = createAccess(kernel, bindings, helpers);
    let body = kernel.emit(access);
    for (const [name, type] of Object.entries(kernel.shared ?? {})) {
      declarations.push(`var<workgroup> ${name}${n}: ${type};`);
      body = body.replace(new RegExp(`\\b${name}\\b`, 'g'), `${name}${n}`);
    }
    functions.push(`// ${kernel.label}\nfn kernel${n}(group: u32, local: u32) {\n${body}\n}`);
    const from = before === 0 ? 'group' : `group - ${before}u`;
    before += kernel.groups;
    calls.push(`if (group < ${before}u) { kernel${n}(${from}, local); }`);
  }
  const rows = Math.ceil(before / ROW);
  const columns = rows > 1 ? Math.ceil(before / rows) : before;
  const group = rows > 1 ? `place.y * ${columns}u + place.x` : 'place.x';
  const code = `${declareBindings(bindings)}
${declarations.join('\n')}
${SPECIAL_NUMBERS}
${[...helpers.values()].join('\n')}
${functions.join('\n')}
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) place: vec3u, @builtin(local_invocation_index) local: u32) {
let group = ${group};
${calls.join(' else ')}
}
`;
  return { code, label: kernels.map(({ label }) => label).join(' | '), workgroups: [columns, rows] };
}
