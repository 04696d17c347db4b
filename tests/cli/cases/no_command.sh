calx
