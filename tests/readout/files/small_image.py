"""A small image, its axes uneven, as a table of set points and values; and the check that it was read."""

import numpy as np

ROWS, COLUMNS = np.linspace(-3.0, 2.0, 6), np.linspace(1.0, 2.5, 5) ** 2
X, Y = np.meshgrid(ROWS, COLUMNS, indexing="ij")
IMAGE = np.random.default_rng(0).standard_normal(X.shape)
TABLE = np.stack([X.ravel(), Y.ravel(), IMAGE.ravel()], axis=1)
HEADER = "P4 (mV),P3 (mV),I (pA)"


def check(result, atol=0.0):
    np.testing.assert_allclose(result["P4"], ROWS, rtol=0, atol=atol)
    np.testing.assert_allclose(result["P3"], COLUMNS, rtol=0, atol=atol)
    np.testing.assert_array_equal(result["signal"].transpose("P4", "P3"), IMAGE)


def write(path, table=TABLE, header=HEADER, delimiter=",", comma=False):
    lines = [header, *(delimiter.join(f"{value:.17g}" for value in row) for row in table.tolist())]
    text = "\n".join(lines)
    path.write_text(text.replace(".", ",") if comma else text, encoding="utf-8")
    return path
