calx merge --help
