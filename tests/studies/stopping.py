"""A listener that ends a run at a block, as anything may that a user hangs onto it."""


class StopError(Exception):
    """Ends a run at a block."""


def stopped_after(blocks):
    def hear(now):
        nonlocal blocks
        blocks -= 1
        if blocks < 0:
            raise StopError

    return hear
