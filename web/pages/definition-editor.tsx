/** The definition as JSON, with what is wrong with it, for those who want more than a template offers. */
import { useId } from 'react';
import { Button } from '../ui/button.tsx';
import { Note } from '../ui/surface.tsx';
import styles from './definition.module.css';

export function DefinitionEditor(props: {
  text: string;
  problem: string | null;
  onTextChange: (text: string) => void;
  onReset: () => void;
}) {
  const id = useId();
  return (
    <div className={styles.editor}>
      <label htmlFor={id} className="hidden">
        Definition as JSON
      </label>
      <textarea
        id={id}
        className={styles.text}
        spellCheck={false}
        rows={Math.min(32, props.text.split('\n').length + 1)}
        value={props.text}
        aria-invalid={props.problem !== null}
        onChange={(event) => props.onTextChange(event.currentTarget.value)}
      />
      {props.problem !== null && (
        <Note tone="warn" title="It cannot be trained like this">
          {props.problem}
        </Note>
      )}
      <div>
        <Button onClick={props.onReset}>Back to the template</Button>
      </div>
    </div>
  );
}
