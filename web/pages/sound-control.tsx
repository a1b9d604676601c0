/** A sound to predict: recorded here, or dropped as a file. */
import { Mic, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { decodeSentWav } from '../../shared/data/decode-sent.ts';
import type { InputField } from '../../shared/schema/prediction.ts';
import { peaksOf } from '../data/peaks.ts';
import { readAsDataUrl } from '../data/read-as-data-url.ts';
import { type Recording, startRecording, toWav } from '../data/record.ts';
import { Button } from '../ui/button.tsx';
import { DropZone } from '../ui/drop-zone.tsx';
import { decimal } from '../ui/format.ts';
import { ErrorNote } from '../ui/surface.tsx';
import { Waveform } from '../ui/waveform.tsx';
import styles from './page.module.css';

const PEAKS = 160;

export function SoundControl(props: {
  input: InputField & { type: 'audio' };
  /** A WAV file as a `data:` URL; empty for none. */
  value: string;
  fault: string | undefined;
  onValueChange: (value: string) => void;
}) {
  const { input, value, fault, onValueChange } = props;
  const [recording, setRecording] = useState<Recording | null>(null);
  const [error, setError] = useState<unknown>(null);
  const latest = useRef(recording);
  latest.current = recording;
  // whoever leaves the page leaves no open microphone behind
  useEffect(() => () => latest.current?.discard(), []);

  async function take(wav: Promise<Blob>): Promise<void> {
    setError(null);
    try {
      onValueChange(await readAsDataUrl(await wav));
    } catch (cause) {
      setError(cause);
    }
  }

  async function record(): Promise<void> {
    setError(null);
    try {
      setRecording(await startRecording());
    } catch (cause) {
      setError(cause);
    }
  }

  function stop(current: Recording): void {
    setRecording(null);
    void take(current.stop());
  }

  return (
    <div style={{ gridColumn: '1 / -1' }} className={styles.form}>
      {value !== '' && <Heard wav={value} name={input.name} />}
      <div className={styles.actions}>
        {recording ? (
          <Button look="danger" onClick={() => stop(recording)}>
            <Square size={14} aria-hidden /> Stop recording
          </Button>
        ) : (
          <Button onClick={() => void record()}>
            <Mic size={15} aria-hidden /> Record
          </Button>
        )}
      </div>
      <DropZone
        title={value === '' ? `Drop a sound for “${input.name}”` : 'Drop another sound'}
        accept=".wav,audio/*"
        onFiles={([picked]) =>
          picked && void take(isWav(picked.path) ? Promise.resolve(picked.file) : toWav(picked.file))
        }
      >
        WAV, or what this browser can decode; of a longer sound the model hears the loudest{' '}
        {decimal(input.seconds, 2)} s.
      </DropZone>
      {error !== null && <ErrorNote error={error} title="This sound cannot be used" />}
      {fault && <ErrorNote error={new Error(fault)} title="A sound is missing" />}
    </div>
  );
}

const isWav = (path: string): boolean => /\.wav$/i.test(path);

function Heard({ wav, name }: { wav: string; name: string }) {
  const peaks = outlineOf(wav);
  return (
    <div className={styles.form}>
      {peaks && (
        <div style={{ height: '4rem' }}>
          <Waveform peaks={peaks} />
        </div>
      )}
      {/* biome-ignore lint/a11y/useMediaCaption: a sound that the person has just given */}
      <audio controls src={wav} aria-label={`${name} to predict`} />
    </div>
  );
}

/** Null for what is no WAV file: the endpoint will say what is wrong with it. */
function outlineOf(wav: string): number[] | null {
  try {
    return peaksOf(decodeSentWav(wav).samples, PEAKS);
  } catch {
    return null;
  }
}
