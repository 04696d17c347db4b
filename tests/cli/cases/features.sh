calx features | head -2
