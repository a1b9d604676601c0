/** Functions that a generated PyTorch model calls; it gets those that it uses. Pictures and sequences have their channels second. */
export const TORCH_HELPERS: Readonly<Record<string, string>> = {
  pad_same: `def pad_same(x, window, step, value=0.0):
    """Pads pictures or sequences, so that there are ceil(size / step) windows along each axis."""
    sides = []
    for size in reversed(x.shape[2:]):
        total = max((-(-size // step) - 1) * step + window - size, 0)
        sides += [total // 2, total - total // 2]
    return F.pad(x, sides, value=value)`,
  mean_pool_same: `def mean_pool_same(pool, x, window, step):
    """The mean of what each window sees; what pads the edges does not count."""
    share = pool(pad_same(torch.ones_like(x), window, step), window, step)
    return pool(pad_same(x, window, step), window, step) / share`,
  last_states: `def last_states(states):
    """[directions, rows, units] to [rows, directions * units]."""
    return states.transpose(0, 1).flatten(1)`,
  masked_mean: `def masked_mean(x, tokens):
    """The mean over the places of a sequence whose token is not 0."""
    taken = (tokens != 0).to(x.dtype)[..., None]
    return (x * taken).sum(dim=1) / taken.sum(dim=1).clamp(min=1)`,
  masked_max: `def masked_max(x, tokens):
    """The largest value over the places of a sequence whose token is not 0."""
    return (x + padding(tokens)[..., None]).amax(dim=1)`,
  padding: `def padding(tokens):
    """Added to what must not be chosen: far below any score where the token is 0."""
    return (tokens == 0) * -1e9`,
  sinusoids: `def sinusoids(times, width):
    """Sine at even places of a row, cosine at odd ones (Vaswani et al. 2017, section 3.5)."""
    column = torch.arange(width, dtype=torch.float64)
    angle = torch.arange(times)[:, None] / 10_000 ** ((column - column % 2) / width)
    return torch.where(column % 2 == 0, angle.sin(), angle.cos()).float()`,
};
