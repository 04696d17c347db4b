calx errors | head -1; exit ${PIPESTATUS[0]}
