calx evaluate --help
