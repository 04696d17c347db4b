calx errors > /dev/full
