/** Functions that generated preprocessing calls; a file gets those that it uses. Each does what the feature step of the same use does. */
export const PYTHON_HELPERS: Readonly<Record<string, string>> = {
  fill: `def fill(x, value):
    """Puts \`value\` where a row has none."""
    if x.dtype == object:
        return np.array([value if one is None else one for one in x], dtype=object)
    return np.where(np.isnan(x), value, x)`,
  is_missing: `def is_missing(x):
    """1 where a row has no value."""
    return np.array([one is None or one != one for one in x], dtype=np.float64)`,
  ordinal: `def ordinal(x, categories):
    """Place of each in \`categories\`; one past the last for what is none of them."""
    places = {category: place for place, category in enumerate(categories)}
    names = [one if isinstance(one, str) else f"{one:.17g}" for one in x]
    return np.array([places.get(name, len(categories)) for name in names], dtype=np.float64)`,
  look_up: `def look_up(x, values, otherwise):
    """The value that each category has."""
    return np.array([values.get(one, otherwise) for one in x], dtype=np.float64)`,
  rank: `def rank(x, known):
    """The share of \`known\`, ascending, that is below each."""
    known = np.array(known)
    low, high = np.searchsorted(known, x, "left"), np.searchsorted(known, x, "right") - 1
    between = np.interp(x, np.unique(known), [np.mean(np.flatnonzero(known == one)) for one in np.unique(known)])
    inside = np.where(high >= low, (low + high) / 2, between) / (len(known) - 1)
    return np.where(x <= known[0], 0, np.where(x >= known[-1], 1, inside))`,
  date_parts: `def date_parts(x, parts, cycles, first, extent):
    """Numbers that tell of ISO dates; cycles as sine and cosine."""
    from calendar import isleap
    from datetime import datetime, timedelta

    epoch = datetime(1970, 1, 1)

    def one(text):
        when = datetime.fromisoformat(text if len(text) > 7 else text + "-01")
        offset = when.utcoffset() or timedelta(0)
        when = when.replace(tzinfo=None)
        days = (when - offset - epoch) / timedelta(days=1)
        of_year = when.timetuple().tm_yday
        known = {
            "days": (days - first) / extent, "year": when.year, "month": when.month, "day": when.day,
            "day-of-year": of_year, "weekday": when.weekday(), "weekend": float(when.weekday() >= 5),
            "hour": when.hour, "minute": when.minute,
        }
        shares = {
            "month": (when.month - 1) / 12, "day-of-year": (of_year - 1) / (365 + isleap(when.year)),
            "weekday": when.weekday() / 7, "hour": (when.hour * 60 + when.minute) / 1440,
        }
        turns = [2 * np.pi * shares[name] for name in cycles]
        return [known[name] for name in parts] + [f(turn) for turn in turns for f in (np.sin, np.cos)]

    return np.array([one(text) for text in x])`,
  buckets: `def buckets(x, count):
    """FNV-1a, 32 bits, of each text in UTF-8."""

    def one(text):
        value = 0x811C9DC5
        for byte in text.encode():
            value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
        return value % count

    return np.array([one(text) for text in x])`,
  one_hot: `def one_hot(x, categories):
    """One column for each category; all zeros for what is none of them."""
    return np.array([[float(one == category) for category in categories] for one in x])`,
  resize: `def resize(images, height, width, channels, crop=False):
    """Bilinear, with half-pixel centres and clamped edges; colour to grey by the weights of BT.601.
    With \`crop\` the middle that has the wanted shape is kept, else all is stretched."""

    def axis(size, part, wanted):
        centre = np.clip((size - part) / 2 + (np.arange(wanted) + 0.5) * part / wanted - 0.5, 0, size - 1)
        low = np.floor(centre).astype(int)
        return low, np.minimum(low + 1, size - 1), centre - low

    def one(image):
        image = np.asarray(image, dtype=np.float64)
        if image.ndim == 2:
            image = image[:, :, None]
        high, wide = image.shape[:2]
        y0, y1, y = axis(high, min(high, wide * height / width) if crop else high, height)
        x0, x1, x = axis(wide, min(wide, high * width / height) if crop else wide, width)
        y, x = y[:, None, None], x[None, :, None]
        top = image[y0][:, x0] * (1 - x) + image[y0][:, x1] * x
        bottom = image[y1][:, x0] * (1 - x) + image[y1][:, x1] * x
        image = top * (1 - y) + bottom * y
        if channels == 1 and image.shape[2] == 3:
            image = image @ np.array([[0.299], [0.587], [0.114]])
        return np.repeat(image, 3, axis=2) if channels == 3 and image.shape[2] == 1 else image

    return np.stack([one(image) for image in images])`,
};
