# What cannot be read is named; nothing stands for it.
printf 'film.png\thand\tpa\t\n' >list; calx-trainset --films list -o set; ls set
