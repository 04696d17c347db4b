# A word that is none would give the film a length that is not its own.
printf 'film.png\tpelves\tap\t\n' >list; calx-trainset --films list -o set
