calx-simulate --anatomy nowhere --skeleton z-anatomy --region hand --count 1 -o films
