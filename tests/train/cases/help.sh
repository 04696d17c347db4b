calx-trainset --help
