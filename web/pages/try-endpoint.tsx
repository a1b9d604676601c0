/** A form made from a model's input fields, and what it predicts. */
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { predict } from '../../shared/api/routes/endpoints.ts';
import type { InputField, Instance, OutputSpec } from '../../shared/schema/prediction.ts';
import { readAsDataUrl } from '../data/read-as-data-url.ts';
import { api } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Select, TextField } from '../ui/control.tsx';
import { DropZone } from '../ui/drop-zone.tsx';
import { decimal } from '../ui/format.ts';
import { Card, ErrorNote } from '../ui/surface.tsx';

import { Answer } from './answer.tsx';
import { exampleValues, type FormValues, toInstance } from './instance.ts';
import styles from './page.module.css';
import { SoundControl } from './sound-control.tsx';

export function TryEndpoint(props: { endpoint: string; inputs: InputField[]; output: OutputSpec }) {
  const { endpoint, inputs, output } = props;
  const [values, setValues] = useState(() => exampleValues(inputs));
  const [faults, setFaults] = useState<FormValues>({});
  const { mutate, data, variables, error, isPending } = useMutation({
    mutationFn: (instance: Instance) =>
      api().call(predict, { params: { endpoint }, body: { instances: [instance] } }),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    const made = toInstance(inputs, values);
    setFaults(made.faults ?? {});
    if (made.instance) mutate(made.instance);
  }

  const [prediction] = data?.predictions ?? [];
  return (
    <div className={styles.split}>
      <Card title="Try it" hint="The form comes from the columns that the model learnt from.">
        <form className={styles.form} onSubmit={submit}>
          <div className={styles.fields}>
            {inputs.map((input) => (
              <InputControl
                key={input.name}
                input={input}
                value={values[input.name] ?? ''}
                fault={faults[input.name]}
                onValueChange={(value) => setValues((before) => ({ ...before, [input.name]: value }))}
              />
            ))}
          </div>
          <div className={styles.actions}>
            <Button look="primary" type="submit" busy={isPending}>
              Predict
            </Button>
            {inputs.some(({ type }) => type !== 'image' && type !== 'audio') && (
              <Button look="quiet" onClick={() => setValues(exampleValues(inputs))}>
                Back to the example
              </Button>
            )}
          </div>
        </form>
      </Card>
      <Card title="Prediction" hint={output.target}>
        <div aria-live="polite">
          {error ? (
            <ErrorNote error={error} title="The endpoint refused it" />
          ) : prediction ? (
            <Answer prediction={prediction} picture={pictureIn(inputs, variables)} />
          ) : (
            <p className="muted">Fill in the form and press Predict.</p>
          )}
        </div>
      </Card>
    </div>
  );
}

/** The picture that was sent, if one was. */
function pictureIn(inputs: readonly InputField[], sent: Instance | undefined): string {
  const input = inputs.find(({ type }) => type === 'image');
  return input ? String(sent?.[input.name] ?? '') : '';
}

export interface ControlProps {
  input: InputField;
  value: string;
  fault: string | undefined;
  onValueChange: (value: string) => void;
}

function InputControl({ input, value, fault, onValueChange }: ControlProps) {
  if (input.type === 'image')
    return <PictureControl input={input} value={value} fault={fault} onValueChange={onValueChange} />;
  if (input.type === 'audio')
    return <SoundControl input={input} value={value} fault={fault} onValueChange={onValueChange} />;
  if (input.type === 'series')
    return (
      <div style={{ gridColumn: '1 / -1' }}>
        <TextField
          label={input.name}
          inputMode="decimal"
          value={value}
          hint={`The latest ${input.length} values, the oldest first`}
          error={fault}
          onValueChange={onValueChange}
        />
      </div>
    );
  const note = input.optional ? 'optional' : '';
  if (input.type === 'category') {
    const options = input.categories.map((category) => ({ value: category, label: category }));
    return (
      <Select
        label={input.name}
        note={note}
        value={value}
        options={input.optional ? [{ value: '', label: 'not known' }, ...options] : options}
        onValueChange={onValueChange}
      />
    );
  }
  if (input.type === 'text')
    return (
      <div style={{ gridColumn: '1 / -1' }}>
        <TextField label={input.name} note={note} value={value} error={fault} onValueChange={onValueChange} />
      </div>
    );
  return (
    <TextField
      label={input.name}
      note={note}
      inputMode="decimal"
      value={value}
      placeholder={String(input.example)}
      hint={`${decimal(input.min)} – ${decimal(input.max)} in training`}
      error={fault}
      onValueChange={onValueChange}
    />
  );
}

function PictureControl({
  input,
  value,
  fault,
  onValueChange,
}: ControlProps & { input: InputField & { type: 'image' } }) {
  return (
    <div style={{ gridColumn: '1 / -1' }} className={styles.form}>
      {value !== '' && <img src={value} alt={`${input.name} to predict`} className={styles.picture} />}
      <DropZone
        title={value === '' ? `Drop a picture for “${input.name}”` : 'Drop another picture'}
        accept=".png,.jpg,.jpeg"
        onFiles={([picked]) => picked && void readAsDataUrl(picked.file).then(onValueChange)}
      >
        PNG or JPEG of any size; the model sees it as {input.width} × {input.height},{' '}
        {input.channels === 1 ? 'grey' : 'colour'}.
      </DropZone>
      {fault && <ErrorNote error={new Error(fault)} title="A picture is missing" />}
    </div>
  );
}
