/** Plays a sound once; one that still plays ends. */
let playing: HTMLAudioElement | undefined;

export async function play(sound: Blob): Promise<void> {
  playing?.pause();
  const url = URL.createObjectURL(sound);
  const audio = new Audio(url);
  playing = audio;
  audio.addEventListener('pause', () => URL.revokeObjectURL(url)); // at its end too
  await audio.play();
}
