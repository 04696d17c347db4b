calx --help
