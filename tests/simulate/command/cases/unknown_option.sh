calx-simulate --patern none -o films
