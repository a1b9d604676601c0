/** Functions that generated Python preprocessing may use. */
import { PYTHON_SOUND_HELPERS } from './sound-helpers.ts';

/** Functions that generated preprocessing calls; a file gets those that it uses. Each does what the feature step of the same use does. */
export const PYTHON_HELPERS: Readonly<Record<string, string>> = {
  fill: `def fill(x, value):
    """Puts \`value\` where a row has none."""
    if x.dtype == object:
        return np.array([value if one is None else one for one in x], dtype=object)
    return np.where(np.isnan(x), value, x)`,
  statistics: `def statistics(x, sizes, names, mean, std):
    """Of the latest values of each history, on the column's scale."""
    known = {"mean": np.mean, "min": np.min, "max": np.max, "std": np.std}
    return np.stack(
        [
            (known[name](x[:, -size:], axis=1) - (0 if name == "std" else mean)) / std
            for size in sizes
            for name in names
        ],
        axis=1,
    )`,
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
  units: `def units(text, analyzer):
    """The words or characters of a text; case and the forms of one character make no difference."""
    import re
    import unicodedata

    plain = unicodedata.normalize("NFKC", text[:100_000]).lower()
    if analyzer == "characters":
        return list(" ".join(plain.split()))
    # Chinese, Japanese and Thai are written without spaces: each character stands by itself
    alone = re.compile("[\\u0e01-\\u0e3a\\u0e40-\\u0e5b\\u2e80-\\u2e99\\u2e9b-\\u2ef3\\u2f00-\\u2fd5\\u3005\\u3007\\u3021-\\u3029\\u3038-\\u303b\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fd-\\u30ff\\u31f0-\\u31ff\\u32d0-\\u32fe\\u3300-\\u3357\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufa6d\\ufa70-\\ufad9\\uff66-\\uff6f\\uff71-\\uff9d\\U00016fe2-\\U00016ff6\\U0001aff0-\\U0001b167\\U0001f200\\U00020000-\\U00033479]")
    words = [""]
    for one in plain:
        if alone.match(one):
            words += [one, ""]
        elif one in "_'" or unicodedata.category(one)[0] in "LNM":
            words[-1] += one
        else:
            words.append("")
    return [word for word in words if word]`,
  tfidf: `def tfidf(x, analyzer, least, most, weights):
    """How often a text has each known term, times how rare that is, brought to length 1."""
    places = {term: place for place, (term, _) in enumerate(weights)}
    rareness = np.array([weight for _, weight in weights])
    joint = " " if analyzer == "words" else ""

    def one(text):
        found = units(text or "", analyzer)
        row = np.zeros(len(weights))
        for size in range(least, most + 1):
            for start in range(len(found) - size + 1):
                place = places.get(joint.join(found[start : start + size]))
                if place is not None:
                    row[place] += rareness[place]
        return row / (np.linalg.norm(row) or 1)

    return np.stack([one(text) for text in x])`,
  padded: `def padded(ids, length):
    """Cut, or filled with zeros at the end."""
    return (ids + [0] * length)[:length]`,
  token_ids: `def token_ids(x, analyzer, length, tokens):
    """The numbers of a text's words or characters: 0 is padding, 1 what is not known."""
    ids = {token: place + 2 for place, token in enumerate(tokens)}
    return np.array([padded([ids.get(one, 1) for one in units(text or "", analyzer)], length) for text in x])`,
  subword_ids: `def subword_ids(x, length, characters, merges):
    """The numbers of parts of a text's words, joined as they were learnt: 0 is padding, 1 what is not known."""
    ids = {}
    for place, part in enumerate(characters + [left + right for left, right in merges]):
        ids.setdefault(part, place + 2)
    ranks = {tuple(pair): rank for rank, pair in enumerate(merges)}

    def split(word):
        parts = ["\\u2581", *word]
        while True:
            pairs = list(zip(parts, parts[1:]))
            pair = min(pairs, key=lambda pair: ranks.get(pair, len(merges)), default=None)
            if pair not in ranks:
                return parts
            joined = []
            while parts:
                size = 2 if tuple(parts[:2]) == pair else 1
                joined.append("".join(parts[:size]))
                parts = parts[size:]
            parts = joined

    def one(text):
        return [ids.get(part, 1) for word in units(text or "", "words") for part in split(word)]

    return np.array([padded(one(text), length) for text in x])`,
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
  ...PYTHON_SOUND_HELPERS,
};
