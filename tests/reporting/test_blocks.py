"""Sums block by block: the same as over all rows, and made anew only where rows differ."""

from reporting.collect.blocks import BLOCK, by_block


def test_a_sum_follows_its_rows_and_only_their_block_is_added_up_again():
    asked = []

    def add_up(rows):
        asked.append(len(rows))
        return sum(rows)

    rows = tuple(range(3 * BLOCK + 7))
    assert sum(by_block("test", add_up, rows)) == sum(rows)
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
        assert sum(by_block("test", add_up, now)) == sum(now)
        assert asked == again
    asked.clear()
    assert sum(by_block("another", add_up, rows[:9])) == 36
    assert asked == [9]
