# The git revision at configure time, for the provenance of results.
execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE CALX_REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
if(status OR CALX_REVISION STREQUAL "")
  set(CALX_REVISION unknown)
endif()
configure_file(${PROJECT_SOURCE_DIR}/src/core/version.hpp.in ${PROJECT_BINARY_DIR}/generated/core/version.hpp @ONLY)
