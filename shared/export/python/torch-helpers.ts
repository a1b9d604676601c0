/** Functions that a generated PyTorch model calls; it gets those that it uses. */
export const TORCH_HELPERS: Readonly<Record<string, string>> = {
  pad_same: `def pad_same(x, height, width, step):
    """Zeros around a picture, so that it has ceil(size / step) windows a side."""

    def sides(size, window):
        total = max((-(-size // step) - 1) * step + window - size, 0)
        return total // 2, total - total // 2

    return F.pad(x, (*sides(x.shape[3], width), *sides(x.shape[2], height)))`,
  pad_sequence: `def pad_sequence(x, window, step):
    """Zeros before and after a sequence, so that it has ceil(length / step) windows."""
    total = max((-(-x.shape[2] // step) - 1) * step + window - x.shape[2], 0)
    return F.pad(x, (total // 2, total - total // 2))`,
  lstm: `def lstm(inputs, units):
    """With one bias, as Keras has it."""
    layer = nn.LSTM(inputs, units, batch_first=True)
    nn.init.zeros_(layer.bias_hh_l0)
    return layer`,
};
