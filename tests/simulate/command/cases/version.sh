calx-simulate --version
