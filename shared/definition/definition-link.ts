/** A definition in a link: whoever opens it, beside the same dataset, has it in the editor. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { parseJson } from '../parse-json.ts';
import { canonicalJson } from './canonical.ts';
import type { PipelineSpec } from './pipeline-spec.ts';

/** More than this is no definition but an attempt to fill the memory, bytes. */
const TEXT_MOST = 2_000_000;

/** Compressed, in the letters that a URL takes as they are. */
export function definitionToLink(spec: PipelineSpec): string {
  const bytes = deflateSync(strToU8(canonicalJson(spec)), { level: 9 });
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** As text to be edited; what cannot be read is said in words, which an editor then shows to be no JSON. */
export function definitionFromLink(text: string): string {
  try {
    const letters = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const json = strFromU8(inflateSync(bytes, { out: new Uint8Array(TEXT_MOST) }));
    return JSON.stringify(parseJson(json), null, 2);
  } catch {
    return 'The link holds no definition, or not all of one.';
  }
}
