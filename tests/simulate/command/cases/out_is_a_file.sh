touch films; calx-simulate --count 1 -o films
