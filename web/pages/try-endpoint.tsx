/** A form made from a model's input fields, and what it predicts. */
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { predict } from '../../shared/api/routes/endpoints.ts';
import { streamPredictions } from '../../shared/api/stream-predictions.ts';
import type { StepAnswered } from '../../shared/schema/inference-graph.ts';
import type { InputField, Instance, OutputSpec } from '../../shared/schema/prediction.ts';
import { SAID_BY_TOKENS } from '../../shared/schema/said-by-tokens.ts';
import { readAsDataUrl } from '../data/read-as-data-url.ts';
import { api } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, Select, TextField } from '../ui/control.tsx';
import { DropZone } from '../ui/drop-zone.tsx';
import { decimal } from '../ui/format.ts';
import { Card, ErrorNote } from '../ui/surface.tsx';

import { Answer } from './answer.tsx';
import { Explained } from './explained.tsx';
import { exampleValues, type FormValues, toInstance } from './instance.ts';
import styles from './page.module.css';
import { SoundControl } from './sound-control.tsx';

export function TryEndpoint(props: { endpoint: string; inputs: InputField[]; output: OutputSpec }) {
  const { endpoint, inputs, output } = props;
  const [values, setValues] = useState(() => exampleValues(inputs));
  const [faults, setFaults] = useState<FormValues>({});
  const [explains, setExplains] = useState(false);
  const [said, setSaid] = useState('');
  const { mutate, data, variables, error, isPending } = useMutation({
    mutationFn: (instance: Instance) => {
      if (SAID_BY_TOKENS.includes(output.task)) return ask(instance);
      const body = { instances: [instance], ...(explains && { explain: true }) };
      return api().call(predict, { params: { endpoint }, body });
    },
  });

  function ask(instance: Instance) {
    setSaid('');
    return streamPredictions(api(), endpoint, [instance], ({ token }) =>
      setSaid((before) => before + token.text),
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const made = toInstance(inputs, values);
    setFaults(made.faults ?? {});
    if (made.instance) mutate(made.instance);
  }

  const [prediction] = data?.predictions ?? [];
  const [explanation] = data?.explanations ?? [];
  const picture = pictureIn(inputs, variables);
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
            {canExplain(inputs, output) && (
              <Checkbox label="Explain" checked={explains} onCheckedChange={setExplains} />
            )}
          </div>
        </form>
      </Card>
      <Card title="Prediction" hint={output.target}>
        <div aria-live="polite">
          {error ? (
            <ErrorNote error={error} title="The endpoint refused it" />
          ) : isPending && said !== '' ? (
            <div className={styles.answer}>
              <strong>{said}</strong>
            </div>
          ) : prediction ? (
            <div className={styles.form}>
              <Answer prediction={prediction} picture={picture} />
              {explanation && (
                <Explained explanation={explanation} texts={variables ?? {}} picture={picture} />
              )}
              {data?.steps && <p className="muted">{answeredBy(data.steps)}</p>}
            </div>
          ) : (
            <p className="muted">Fill in the form and press Predict.</p>
          )}
        </div>
      </Card>
    </div>
  );
}

/** The server says what it explains; this asks for no more. */
const canExplain = (inputs: readonly InputField[], { task }: OutputSpec): boolean =>
  (task === 'classification' || task === 'regression') && inputs.every(({ type }) => type !== 'audio');

const answeredBy = (steps: readonly StepAnswered[]): string =>
  `Answered by ${steps.map(({ model }) => `${model.name} v${model.version}`).join(', then ')}.`;

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
