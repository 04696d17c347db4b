calx errors
