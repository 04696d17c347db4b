calx errors --markdown --json
