"""Errors that say which argument is wrong, what was expected, what came, and what to do."""


class AttractronError(Exception):
    """Base of every error that the package raises on purpose."""


class InputError(AttractronError, ValueError):
    """Bad input, found before any work starts.

    The message reads: ```argument` must <expected>: got <got>; <remedy>``.

    Args:
        argument: name of the argument, key or file that is wrong.
        expected: what it must be, worded to follow "must".
        got: what came instead, as the user would recognise it.
        remedy: what to do about it (may be empty when the expectation says it).
    """

    def __init__(self, argument: str, expected: str, got: object, remedy: str = "") -> None:
        self.argument = argument
        self.expected = expected
        self.got = got
        self.remedy = remedy
        message = f"`{argument}` must {expected}: got {got}"
        super().__init__(f"{message}; {remedy}" if remedy else message)

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str, str, str]]:
        # Exceptions pickle as their message alone; on its way from a worker this one keeps its parts.
        return type(self), (self.argument, self.expected, str(self.got), self.remedy)


class OutputError(AttractronError, OSError):
    """A result could not be written or read: the file or folder, and why."""
