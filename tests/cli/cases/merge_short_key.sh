echo secret > key; calx merge . -o all --pseudonymize key
