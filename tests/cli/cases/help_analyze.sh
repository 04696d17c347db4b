calx analyze --help
