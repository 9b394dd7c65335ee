"""`python -m attractron` is the command line."""

from attractron.cli import main

main()
