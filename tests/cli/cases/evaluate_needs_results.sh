calx evaluate --truth truth
