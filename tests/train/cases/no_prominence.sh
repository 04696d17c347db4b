# A place that cannot be read would be learned as one that is unclear.
printf 'film.png\thand\t\t\tindex_tuft=100\n' >list; calx-trainset --films list -o set
