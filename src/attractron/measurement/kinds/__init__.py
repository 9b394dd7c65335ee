"""What each kind of reading takes of the data and the options, a family a file; `readings` lists them."""
