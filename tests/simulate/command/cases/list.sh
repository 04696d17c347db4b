calx-simulate --list
