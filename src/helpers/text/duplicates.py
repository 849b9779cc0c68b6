"""Find near-duplicate messages, by MinHash of character shingles.

References
----------
Broder, A. Z. (1997). On the resemblance and containment of documents.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools, Hashes, Ints
from helpers.text.columns import Texts, code_points, to_text_array

SHINGLE = 3  # characters
HASHES, BANDS = 48, 16  # bands of 3: texts that share .7 meet with p > .998
LEAST_CHARS = 12  # shorter texts repeat by chance
GROUPS = 3


def find_near_duplicates(texts: Texts, resembling: float = 0.6) -> Ints:
    """Return for each text the number of its cluster of near-copies.

    Two texts belong together if the share of 3-character shingles they have in
    common (Jaccard) reaches `resembling`; families are closed under that relation.
    Min-wise hashes propose pairs, the exact share decides. Deterministic, linear in
    characters.

    Returns
    -------
    numpy.ndarray
        For each text the index of the first of its family; its own index where it
        has no near-duplicate, is null or is shorter than 12 characters.

    Examples
    --------
    >>> said = [
    ...     "x1限时优惠加微信领取资料包",
    ...     "大家早上好啊今天天气真不错",
    ...     "限时优惠加微信领取资料包q7",
    ... ]
    >>> find_near_duplicates(said).tolist()
    [0, 1, 0]
    """
    texts = to_text_array(texts)
    coded = pc.fill_null(texts, "").dictionary_encode()
    unique, place = coded.dictionary, np.asarray(coded.indices, np.int64)
    family = _connect_families(unique, resembling)
    short = np.asarray(pc.less(pc.utf8_length(unique), LEAST_CHARS), bool)
    first = np.full(len(unique), len(texts), np.int64)
    np.minimum.at(first, family[place], np.arange(len(texts)))
    return np.where(short[place], np.arange(len(texts)), first[family[place]])


def is_copied_across_groups(texts: Texts, groups: pa.Array) -> Bools:
    """Return whether near-copies of each text occur in at least three groups.

    >>> ad = "限时优惠加微信领取资料包啦"
    >>> is_copied_across_groups(
    ...     pa.array([ad, ad, ad, "早"]), pa.array([1, 2, 3, 3])
    ... ).tolist()
    [True, True, True, False]
    """
    if isinstance(groups, pa.ChunkedArray):
        groups = groups.combine_chunks()
    if not pa.types.is_dictionary(groups.type):
        groups = groups.dictionary_encode()
    family = find_near_duplicates(texts)
    where = np.asarray(pc.fill_null(groups.indices, -1), np.int64)
    kinds = int(where.max(initial=0)) + 2
    seen_in = np.unique(family * kinds + where + 1) // kinds
    spread = np.bincount(seen_in, minlength=len(family))
    return spread[family] >= GROUPS


def compute_resemblance(one: str, other: str) -> float:
    """Compute the Jaccard similarity of two texts' shingles.

    >>> compute_resemblance("abcd", "bcde")
    0.3333333333333333
    """
    first, second = (
        {text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)}
        for text in (one, other)
    )
    return len(first & second) / max(1, len(first | second))


def _connect_families(texts: pa.Array, resembling: float) -> Ints:
    # half a second of imports that whoever only normalises or scores never needs
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    enough = pc.greater_equal(pc.utf8_length(texts), LEAST_CHARS)
    long = np.flatnonzero(np.asarray(enough))
    pairs = long[_find_candidates(_compute_signatures(texts.take(pa.array(long))))]
    first, other = (texts.take(pa.array(side)).to_pylist() for side in pairs)
    alike = [
        compute_resemblance(a, b) >= resembling
        for a, b in zip(first, other, strict=True)
    ]
    ends = pairs[:, np.array(alike, bool)]
    links = coo_array((np.ones(ends.shape[1], bool), tuple(ends)), (len(texts),) * 2)
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


def _find_candidates(signatures: npt.NDArray[np.uint32]) -> Ints:
    """Return pairs of texts that share a MinHash band and may be near-copies."""
    count = len(signatures)
    here = np.arange(count)
    pairs = [np.empty(0, np.int64)]
    for band in np.split(signatures.astype(np.uint64), BANDS, axis=1):
        key = np.zeros(count, np.uint64)
        for part in band.T:
            key = _mix_bits(key ^ part)
        # comparing with the first of the bucket is linear, all pairs would not be
        _, first, bucket = np.unique(key, return_index=True, return_inverse=True)
        leader = first[bucket]
        pairs.append((leader * count + here)[leader != here])
    return np.stack(np.divmod(np.unique(np.concatenate(pairs)), max(count, 1)))


def _compute_signatures(texts: pa.Array) -> npt.NDArray[np.uint32]:
    column = code_points(texts)
    points = np.concatenate([column.points, np.zeros(SHINGLE, np.uint32)]).astype(
        np.uint64
    )
    shingles = np.zeros(len(column.points), np.uint64)
    for offset in range(SHINGLE):
        shingles = _mix_bits(shingles + points[offset : offset + len(shingles)])
    # a shingle that runs over the end of its text belongs to none
    over = column.starts[1:, None] - np.arange(1, SHINGLE)
    signatures = np.empty((len(texts), HASHES), np.uint32)
    for number in range(HASHES):
        hashes = _mix_bits(shingles ^ _mix_bits(np.array([number + 1], np.uint64)))
        hashes[over.ravel()] = np.iinfo(np.uint64).max
        least = np.minimum.reduceat(hashes, column.starts[:-1]) if len(texts) else 0
        signatures[:, number] = least >> np.uint64(32)
    return signatures


def _mix_bits(values: Hashes) -> Hashes:
    """Hash 64-bit integers (splitmix64)."""
    with np.errstate(over="ignore"):
        values = values + np.uint64(0x9E3779B97F4A7C15)
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return values ^ (values >> np.uint64(31))
