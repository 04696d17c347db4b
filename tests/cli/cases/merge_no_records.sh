mkdir empty; calx merge empty -o all
