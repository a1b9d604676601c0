/** Copies a link, and says that it did until there is another. */
import { Check, Link2 } from 'lucide-react';
import { useState } from 'react';
import { definitionToLink } from '../../shared/definition/definition-link.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { Button } from '../ui/button.tsx';

export function CopyLink({ link, label = 'Copy a link to it' }: { link: string | null; label?: string }) {
  const [copied, setCopied] = useState<string | null>(null);
  const copy = async () => {
    await navigator.clipboard.writeText(link!);
    setCopied(link);
  };
  const isCopied = copied !== null && copied === link;
  return (
    <Button look="quiet" disabled={link === null} onClick={() => void copy()}>
      {isCopied ? <Check size={14} aria-hidden /> : <Link2 size={14} aria-hidden />}
      {isCopied ? 'Link copied' : label}
    </Button>
  );
}

/** Opens this page with the definition as it is; null while that is faulty. */
export function linkHere(target: string, spec: PipelineSpec | null): string | null {
  if (!spec) return null;
  const { origin, pathname } = window.location;
  return `${origin}${pathname}?${new URLSearchParams({ target, definition: definitionToLink(spec) })}`;
}
