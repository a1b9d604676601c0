/** Code to copy, alone or one sample for each language. */
import { Tabs } from '@base-ui/react/tabs';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from './button.tsx';
import styles from './code.module.css';
import { toast } from './toast.tsx';

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      toast.failed(
        new Error('This browser does not let the page copy: select the text and copy it yourself.'),
      );
    }
  }
  return (
    <IconButton label={copied ? 'Copied' : label} onClick={() => void copy()}>
      {copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
    </IconButton>
  );
}

export function Code({ text, label }: { text: string; label?: string }) {
  return (
    <div className={styles.box}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <div className={styles.copy}>
        <CopyButton text={text} label={label ?? 'Copy'} />
      </div>
    </div>
  );
}

export function CodeTabs({ samples }: { samples: readonly { name: string; text: string }[] }) {
  return (
    <Tabs.Root defaultValue={samples[0]?.name}>
      <Tabs.List className={styles.tabs}>
        {samples.map(({ name }) => (
          <Tabs.Tab key={name} value={name} className={styles.tab}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {samples.map(({ name, text }) => (
        <Tabs.Panel key={name} value={name}>
          <Code text={text} label={`Copy the ${name} sample`} />
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}
