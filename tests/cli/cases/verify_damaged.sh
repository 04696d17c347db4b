# A table that somebody saved anew, and an overlay that is gone.
mkdir films; make_film films/a.dcm; calx run films -o out -q; echo >>out/images.csv; rm out/overlays/*/*.png; calx verify out 2>said; status=$?; sed -E 's/[0-9a-f]{64}/NAME/g; s/overlays\/[0-9a-f]{3}/overlays\/ABC/; s/records\/..\/../records\/AB\/CD/' said; exit $status
