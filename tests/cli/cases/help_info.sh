calx info --help
