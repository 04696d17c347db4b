calx analyze
