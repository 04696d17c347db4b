# Neither path nor UID nor key is in any file or its name.
mkdir films; make_film films/Doe_Jane.dcm; printf %032d 7 >key; chmod 600 key; calx run films -o out --pseudonymize key -q; for word in Doe films '"1\.2\.3\.4' ',1\.2\.3\.4' 00000000007; do grep -rlae "$word" out; find out | grep -e "$word"; done; cut -d, -f1,4,5 out/images.csv
