"""The command line: parse, call, print; a file for each command, which loads heavy libraries itself."""

import sys

try:
    from attractron.cli import reproduce  # noqa: F401, I001 (commands are listed by `--help` in the order of their imports)
    from attractron.cli import new, run, explore, read, show, virtual_gates, cite  # noqa: F401
    from attractron.cli.app import main
except KeyboardInterrupt:
    sys.stderr.write("attractron: stopped\n")
    sys.exit(130)

__all__ = ["main"]
