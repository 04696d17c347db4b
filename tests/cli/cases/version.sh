calx --version
