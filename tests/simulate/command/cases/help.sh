calx-simulate --help
