/** Functions that generated preprocessing calls; a file gets those that it uses. Each does what the feature step of the same use does. */
export const PYTHON_HELPERS: Readonly<Record<string, string>> = {
  fill: `def fill(x, value):
    """Puts \`value\` where a row has none."""
    if x.dtype == object:
        return np.array([value if one is None else one for one in x], dtype=object)
    return np.where(np.isnan(x), value, x)`,
  one_hot: `def one_hot(x, categories):
    """One column for each category; all zeros for what is none of them."""
    return np.array([[float(one == category) for category in categories] for one in x])`,
  resize: `def resize(images, height, width, channels):
    """Bilinear, with half-pixel centres and clamped edges; colour to grey by the weights of BT.601."""

    def axis(size, wanted):
        centre = np.clip((np.arange(wanted) + 0.5) * size / wanted - 0.5, 0, size - 1)
        low = np.floor(centre).astype(int)
        return low, np.minimum(low + 1, size - 1), centre - low

    def one(image):
        image = np.asarray(image, dtype=np.float64)
        if image.ndim == 2:
            image = image[:, :, None]
        y0, y1, y = axis(image.shape[0], height)
        x0, x1, x = axis(image.shape[1], width)
        y, x = y[:, None, None], x[None, :, None]
        top = image[y0][:, x0] * (1 - x) + image[y0][:, x1] * x
        bottom = image[y1][:, x0] * (1 - x) + image[y1][:, x1] * x
        image = top * (1 - y) + bottom * y
        if channels == 1 and image.shape[2] == 3:
            image = image @ np.array([[0.299], [0.587], [0.114]])
        return np.repeat(image, 3, axis=2) if channels == 3 and image.shape[2] == 1 else image

    return np.stack([one(image) for image in images])`,
};
