mkdir films; make_film films/a.dcm; calx run films -o out -q; calx verify out
