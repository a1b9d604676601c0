/** Functions of sounds that generated preprocessing calls, as `PYTHON_HELPERS`. */
export const PYTHON_SOUND_HELPERS: Readonly<Record<string, string>> = {
  wav: `def wav(sound):
    """Rate and samples, -1 to 1, of a WAV file (PCM): its bytes, or these as base64. Channels become their mean."""
    import base64
    import io
    import wave

    data = base64.b64decode(sound.split(",")[-1]) if isinstance(sound, str) else sound
    with wave.open(io.BytesIO(data)) as file:
        rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
        frames = np.frombuffer(file.readframes(file.getnframes()), dtype=np.uint8).reshape(-1, width)
    if width == 1:
        samples = (frames[:, 0] - 128.0) / 128
    else:  # 16, 24 or 32 bits, as the upper ones of 32
        whole = np.zeros((len(frames), 4), dtype=np.uint8)
        whole[:, 4 - width :] = frames
        samples = whole.view("<i4")[:, 0] / 2**31
    return rate, samples.reshape(-1, channels).mean(axis=1).astype(np.float32).astype(np.float64)`,
  resample: `def resample(samples, rate, wanted):
    """Sinc under a Hann window of 16 zero crossings a side, cut off at the lower of the two rates' limits."""
    if rate == wanted:
        return samples
    divisor = np.gcd(rate, wanted)
    up, down = wanted // divisor, rate // divisor
    cutoff = min(1, up / down)
    reach = int(np.ceil(16 / cutoff))
    count = max(1, int(len(samples) * up / down + 0.5))
    centre, phase = np.divmod(np.arange(count) * down, up)
    taps = np.arange(1 - reach, reach + 1)
    x = np.abs(taps - phase[:, None] / up) * cutoff
    weights = cutoff * np.where(x < 16, 0.5 + 0.5 * np.cos(np.pi * x / 16), 0) * np.sinc(x)
    return (weights * np.pad(samples, reach)[centre[:, None] + taps + reach]).sum(axis=1)`,
  loudest: `def loudest(samples, length):
    """Where the stretch of \`length\` samples begins that has the most energy; before 0 for a shorter sound."""
    if len(samples) <= length:
        return -((length - len(samples)) // 2)
    comes = samples**2
    goes = np.concatenate([np.zeros(length), comes[:-length]])
    energy = np.cumsum(np.stack([comes, -goes], axis=1))[1::2]
    return int(np.argmax(energy[length - 1 :]))`,
  mel_triangles: `def mel_triangles(bands, points, rate):
    """[frequencies, bands]: weights that rise and fall along the mel scale, from 20 Hz to half the rate."""

    def mel(frequency):
        return 1127 * np.log(1 + frequency / 700)

    places = mel(np.arange(points // 2 + 1) * rate / points)
    width = (mel(rate / 2) - mel(20)) / (bands + 1)
    centres = mel(20) + np.arange(1, bands + 1) * width
    weights = np.maximum(0, 1 - np.abs(places[:, None] - centres) / width)
    for band in np.flatnonzero(weights.max(axis=0) == 0):  # between two frequencies: the nearest is its own
        weights[np.argmin(np.abs(places - centres[band])), band] = 1
    return weights`,
  log_mel: `def log_mel(x, rate, length, size, step, bands):
    """[rows, windows, bands]: how much of each pitch a sound has, 1 at its peak, 0 at 80 decibels below.
    All but \`bands\` and \`rate\` are in samples."""
    points = 1 << (size - 1).bit_length()
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    triangles = mel_triangles(bands, points, rate)
    windows = np.arange(0, max(length - size, 0) + 1, step)[:, None] + np.arange(size)

    def one(sound):
        given, samples = wav(sound)
        samples = resample(samples, given, rate)
        around = np.pad(samples, (length, length + size))
        frames = around[length + loudest(samples, length) + windows] * hann
        power = np.abs(np.fft.rfft(frames, points)) ** 2 @ triangles
        share = power / (power.max() or 1)
        return np.where(share > 1e-8, 1 + np.log10(np.maximum(share, 1e-8)) / 8, 0)

    return np.stack([one(sound) for sound in x])`,
  cepstra: `def cepstra(x, coefficients):
    """The first coefficients of the cosine transform (DCT-II, orthonormal) of log-mel spectrograms."""
    bands, order = x.shape[-1], np.arange(coefficients)
    basis = np.cos(np.pi * order * (2 * np.arange(bands)[:, None] + 1) / (2 * bands))
    return x @ (basis * np.sqrt(np.where(order == 0, 1, 2) / bands))`,
};
