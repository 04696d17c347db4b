calx-simulate --count 2
