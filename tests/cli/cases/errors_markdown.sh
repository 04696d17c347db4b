calx errors --markdown | head -3
