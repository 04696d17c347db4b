mkdir films; calx analyze films
