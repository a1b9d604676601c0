/** Every block there is, to choose one from. */
import { useState } from 'react';
import { backbones } from '../../shared/model/backbones/list.ts';
import { blocks } from '../../shared/model/blocks/list.ts';
import { TextField } from '../ui/control.tsx';
import styles from './compose.module.css';
import type { DraftEntry } from './edit-model.ts';
import { exampleOf, schemaOf } from './schema.ts';

const ALL = [...blocks, ...backbones].map(({ type, summary, params }) => ({ type, summary, params }));

export function Palette({ onChoose }: { onChoose: (entry: DraftEntry) => void }) {
  const [wanted, setWanted] = useState('');
  const words = wanted.toLowerCase().split(/\s+/);
  const found = ALL.filter(({ type, summary }) =>
    words.every((word) => `${type} ${summary}`.toLowerCase().includes(word)),
  );
  return (
    <div className={styles.palette}>
      <TextField
        label="Find a block"
        placeholder="conv, pooling, attention …"
        value={wanted}
        onValueChange={setWanted}
        autoFocus
      />
      <ul>
        {found.map(({ type, summary, params }) => (
          <li key={type}>
            <button type="button" onClick={() => onChoose(exampleOf(schemaOf(params)) as DraftEntry)}>
              <strong>{type}</strong>
              <span className={styles.aside}>{summary}</span>
            </button>
          </li>
        ))}
        {found.length === 0 && <li className="faint">No block is called or does that.</li>}
      </ul>
    </div>
  );
}
