mkdir truth; calx evaluate --truth truth --results truth
