/** Sounds from the microphone or from any file that the browser can decode, as WAV. */
import { encodeWav } from '../../shared/data/encode-wav.ts';
import { AppError } from '../../shared/errors.ts';

/** Samples a second that are kept: enough for speech. */
const RATE = 16_000;

export interface Recording {
  /** Ends it, and gives what was recorded as a WAV file. */
  stop(): Promise<Blob>;
  /** Ends it for nothing. */
  discard(): void;
}

/** Throws AppError where there is no microphone, or none is allowed. */
export async function startRecording(): Promise<Recording> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices)
    throw new AppError('unsupported', 'this page may use a microphone over https or on localhost only');
  const stream = await devices.getUserMedia({ audio: true }).catch((cause: DOMException) => {
    const why = cause.name === 'NotAllowedError' ? 'the browser was told not to' : 'none was found';
    throw new AppError('unsupported', `no microphone can be used: ${why}; drop a file instead`, { cause });
  });
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void parts.push(data);
  recorder.start();
  const end = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  return {
    stop: () =>
      new Promise<Blob>((done, fail) => {
        recorder.onstop = () => {
          end();
          toWav(new Blob(parts)).then(done, fail);
        };
        recorder.stop();
      }),
    discard() {
      recorder.stop();
      end();
    },
  };
}

/** Throws AppError `invalid_data` for what the browser cannot decode. */
export async function toWav(file: Blob): Promise<Blob> {
  const context = new OfflineAudioContext(1, 1, RATE);
  const buffer = await context.decodeAudioData(await file.arrayBuffer()).catch((cause: unknown) => {
    throw new AppError('invalid_data', 'the browser cannot decode this sound; convert it to WAV', { cause });
  });
  const channels = Array.from({ length: buffer.numberOfChannels }, (_, i) => buffer.getChannelData(i));
  const samples = new Float32Array(buffer.length).map(
    (_, i) => channels.reduce((sum, channel) => sum + channel[i]!, 0) / channels.length,
  );
  return new Blob([encodeWav({ rate: buffer.sampleRate, samples })], { type: 'audio/wav' });
}
