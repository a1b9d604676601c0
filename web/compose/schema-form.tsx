/** A form made from a JSON Schema: a new parameter of a block, a step or a loss appears in it by itself. */
import { useState } from 'react';
import { Checkbox, Select, TextField } from '../ui/control.tsx';
import styles from './compose.module.css';
import { boundsOf, exampleOf, labelOf, type Schema } from './schema.ts';

export type Path = readonly (string | number)[];

export interface Fault {
  path: readonly PropertyKey[];
  message: string;
}

interface Part {
  schema: Schema;
  value: unknown;
  path: Path;
  faults: readonly Fault[];
  /** Undefined: it is left out. */
  onChange: (value: unknown, path: Path) => void;
}

type Json = Readonly<Record<string, unknown>>;

/** The properties of an object. `path`: where it stands in the definition. */
export function SchemaForm({ schema, value, path, faults, onChange }: Part) {
  const object = (value ?? {}) as Json;
  return (
    <div className={styles.form}>
      {Object.entries(schema.properties ?? {})
        .filter(([, part]) => part.const === undefined)
        .map(([name, part]) => (
          <Property
            key={name}
            name={name}
            schema={part}
            required={schema.required?.includes(name) ?? false}
            value={object[name]}
            path={[...path, name]}
            faults={faults}
            onChange={(next, at) => {
              const { [name]: _, ...rest } = object;
              onChange(next === undefined ? rest : { ...object, [name]: next }, at);
            }}
          />
        ))}
    </div>
  );
}

const sameStart = (path: readonly PropertyKey[], start: Path): boolean =>
  start.every((part, i) => String(part) === String(path[i]));

function Property({ name, required, ...part }: Part & { name: string; required: boolean }) {
  const { schema, value, path, faults, onChange } = part;
  const label = labelOf(name);
  const error = faults.find((fault) => sameStart(fault.path, path))?.message;
  const change = (next: unknown) => onChange(next, path);
  const variants = (schema.oneOf ?? schema.anyOf)?.filter(({ type }) => type !== 'null');
  const nullable = (schema.oneOf ?? schema.anyOf)?.some(({ type }) => type === 'null') ?? false;
  const [first] = variants ?? [schema];

  if (variants && variants.length > 1 && variants.every((one) => one.properties?.type?.const !== undefined)) {
    return <Variants {...part} name={name} variants={variants} required={required} error={error} />;
  }
  if (variants?.every((one) => one.const !== undefined) || schema.enum) {
    const values = schema.enum ?? variants!.map((one) => one.const);
    const options = values.map((one) => ({ value: JSON.stringify(one), label: String(one) }));
    const absent = {
      value: '',
      label: schema.default === undefined ? 'usual' : `usual: ${String(schema.default)}`,
    };
    return (
      <Select
        label={label}
        error={error}
        value={value === undefined ? '' : JSON.stringify(value)}
        options={required ? options : [absent, ...options]}
        onValueChange={(text) => change(text === '' ? undefined : JSON.parse(text))}
      />
    );
  }
  if (first?.type === 'boolean') {
    return <Checkbox label={label} checked={(value ?? schema.default) === true} onCheckedChange={change} />;
  }
  if (first?.type === 'object') {
    const on = value !== undefined && value !== null;
    return (
      <fieldset className={styles.group}>
        {required && !nullable ? (
          <legend>{label}</legend>
        ) : (
          <Checkbox
            label={label}
            checked={on}
            onCheckedChange={(next) => change(next ? exampleOf(first) : nullable ? null : undefined)}
          />
        )}
        {on && <SchemaForm {...part} schema={first} />}
      </fieldset>
    );
  }
  const numeric = first?.type === 'integer' || first?.type === 'number';
  return (
    <TypedField
      key={path.join('.')}
      label={label}
      hint={boundsOf(first ?? {}) ?? (first?.type === 'array' ? 'separated by commas' : undefined)}
      error={error}
      value={value}
      placeholder={schema.default === undefined ? (required ? '' : 'usual') : String(schema.default)}
      read={(text) =>
        text.trim() === '' && !required
          ? undefined
          : numeric
            ? numberOf(text)
            : first?.type === 'array'
              ? listOf(text, first.items)
              : text
      }
      onChange={change}
    />
  );
}

/** What is no number is kept as it was typed, and refused in words by the schema. */
const numberOf = (text: string): unknown =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;

const listOf = (text: string, items: Schema = {}): unknown[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => (items.type === 'string' || items.enum ? one : numberOf(one)));

/** Keeps what is being typed, such as `0.`, as long as it means the value that is kept. */
function TypedField({
  value,
  read,
  onChange,
  ...field
}: {
  label: string;
  hint: string | undefined;
  error: string | undefined;
  placeholder: string;
  value: unknown;
  read: (text: string) => unknown;
  onChange: (value: unknown) => void;
}) {
  const shown = value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);
  const [typed, setTyped] = useState(shown);
  const isCurrent = JSON.stringify(read(typed)) === JSON.stringify(value);
  return (
    <TextField
      {...field}
      value={isCurrent ? typed : shown}
      onValueChange={(text) => {
        setTyped(text);
        onChange(read(text));
      }}
    />
  );
}

/** One of several kinds, told by its type, each with settings of its own. */
function Variants({
  variants,
  name,
  required,
  error,
  ...part
}: Part & { variants: readonly Schema[]; name: string; required: boolean; error: string | undefined }) {
  const { value, path, onChange } = part;
  const type = (value as Json | undefined)?.type;
  const chosen = variants.find((one) => one.properties?.type?.const === type);
  const options = variants
    .map((one) => String(one.properties!.type!.const))
    .map((one) => ({ value: one, label: one }));
  return (
    <fieldset className={styles.group}>
      <Select
        label={labelOf(name)}
        error={chosen ? undefined : error}
        value={type === undefined ? '' : String(type)}
        options={required ? options : [{ value: '', label: 'usual' }, ...options]}
        onValueChange={(next) => {
          const variant = variants.find((one) => one.properties?.type?.const === next);
          // what both kinds know, such as the learning rate, stays
          const kept = Object.entries((value ?? {}) as Json).filter(
            ([key]) => key !== 'type' && key in (variant?.properties ?? {}),
          );
          onChange(
            variant ? { ...(exampleOf(variant) as Json), ...Object.fromEntries(kept) } : undefined,
            path,
          );
        }}
      />
      {chosen && <SchemaForm {...part} schema={chosen} />}
    </fieldset>
  );
}
