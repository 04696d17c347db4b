calx-trainset --films list -o set
