calx rules --help
