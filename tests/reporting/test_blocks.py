"""Sums block by block: the same as over all rows, and made anew only where rows differ."""

from reporting.collect.blocks import BLOCK, KEYS, KINDS, blocks_of


def test_a_sum_follows_its_rows_and_only_their_block_is_added_up_again():
    asked = []

    def add_up(rows):
        asked.append(len(rows))
        return sum(rows)

    rows = tuple(range(3 * BLOCK + 7))
    assert sum(blocks_of("test")("sum", add_up, rows)) == sum(rows)
    assert asked == [BLOCK, BLOCK, BLOCK, 7]
    changed = (*rows[:BLOCK], -5, *rows[BLOCK + 1 :])
    for now, again in (
        (rows, []),
        (changed, [BLOCK]),
        (rows, [BLOCK]),
        (rows[:-1], [6]),
        ((*rows, 1), [8]),
        ((), []),
        (rows[:9], [9]),
    ):
        asked.clear()
        assert sum(blocks_of("test")("sum", add_up, now)) == sum(now)
        assert asked == again
    asked.clear()
    assert sum(blocks_of("test")("another", add_up, rows[:9])) == 36
    assert asked == [9]
    asked.clear()
    assert sum(blocks_of("test", 2)("sum", add_up, rows[:9])) == 36
    assert asked == [9]


def test_columns_are_compared_together():
    def add_up(ones, twos):
        return sum(one * two for one, two in zip(ones, twos, strict=True))

    ones = tuple(range(2 * BLOCK))
    for twos in (ones, ones[::-1], (*ones[:-1], 0)):
        assert sum(blocks_of("columns")("product", add_up, ones, twos)) == add_up(ones, twos)


def test_what_is_kept_is_bounded():
    one = blocks_of("bounded")
    for kind in range(KINDS + 5):
        one(kind, sum, (1, 2, 3))
    assert len(one._kept) == KINDS
    assert blocks_of("bounded") is one
    for key in range(KEYS):
        blocks_of("bounded", key)
    assert blocks_of("bounded") is not one
