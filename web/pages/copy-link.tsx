/** Copies a link that opens this page with the definition as it is. */
import { Check, Link2 } from 'lucide-react';
import { useState } from 'react';
import { definitionToLink } from '../../shared/definition/definition-link.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { Button } from '../ui/button.tsx';

export function CopyLink({ target, spec }: { target: string; spec: PipelineSpec | null }) {
  const [copied, setCopied] = useState<PipelineSpec | null>(null);
  const copy = async () => {
    const { origin, pathname } = window.location;
    const search = new URLSearchParams({ target, definition: definitionToLink(spec!) });
    await navigator.clipboard.writeText(`${origin}${pathname}?${search}`);
    setCopied(spec);
  };
  const isCopied = copied !== null && copied === spec;
  return (
    <Button look="quiet" disabled={!spec} onClick={() => void copy()}>
      {isCopied ? <Check size={14} aria-hidden /> : <Link2 size={14} aria-hidden />}
      {isCopied ? 'Link copied' : 'Copy a link to it'}
    </Button>
  );
}
