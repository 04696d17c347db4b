calx status . --json
