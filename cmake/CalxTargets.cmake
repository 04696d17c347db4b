# One target a folder of src/: calx_library(core SOURCES a.cpp b.cpp USES other-folders LINK libraries).
# A folder links only what it names, so an include against the data path is a link error in its tests.
add_library(calx_options INTERFACE)
# g++ 12 sees overlaps in std::string assignments that are not there (GCC bug 105329).
set(gcc12 $<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>)
target_compile_options(calx_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wfloat-conversion -Wnon-virtual-dtor
  $<${gcc12}:-Wno-restrict>
  $<TARGET_PROPERTY:CALX_PROCESSOR>
  $<$<BOOL:${CALX_SANITIZE}>:-Wno-maybe-uninitialized> # false alarms in <regex> under the sanitizers
  $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-shadow> # in one batch a local may hide a name of another file
  $<$<BOOL:${CALX_WERROR}>:-Werror>
  $<$<BOOL:${CALX_SANITIZE}>:-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer>)
target_link_options(calx_options INTERFACE
  $<$<BOOL:${CALX_SANITIZE}>:-fsanitize=address,undefined>)

# The stages use SSE4.2, which x86-64 processors have had since 2011: least and greatest of integers in
# one instruction. No fused multiply-add, so results are those of any other build.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND NOT CALX_SANITIZE)
  set(stage_processor -march=x86-64-v2)
endif()

function(calx_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LINK;PUBLIC_LINK" ${ARGN})
  add_library(calx_${folder} STATIC ${ARG_SOURCES})
  add_library(calx::${folder} ALIAS calx_${folder})
  set_target_properties(calx_${folder} PROPERTIES EXPORT_NAME ${folder} CALX_PROCESSOR "${stage_processor}")
  target_include_directories(calx_${folder} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/calx>)
  list(TRANSFORM ARG_USES PREPEND calx_)
  target_link_libraries(calx_${folder} PUBLIC ${ARG_USES} ${ARG_PUBLIC_LINK}
    PRIVATE ${ARG_LINK} $<BUILD_INTERFACE:calx_options>)
  target_compile_features(calx_${folder} PUBLIC cxx_std_20)
endfunction()

# calx_tests(folder SOURCES ... [USES folders] [LINK libraries]): one GoogleTest program a folder.
function(calx_tests folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LINK" ${ARGN})
  add_executable(test_${folder} ${ARG_SOURCES})
  list(TRANSFORM ARG_USES PREPEND calx_)
  target_link_libraries(test_${folder} PRIVATE ${ARG_USES} ${ARG_LINK} calx_options GTest::gtest_main GTest::gmock)
  target_include_directories(test_${folder} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  # Optimised, a test's own code takes half as long again to compile under the sanitizers, and runs but for moments.
  target_compile_options(test_${folder} PRIVATE $<$<BOOL:${CALX_SANITIZE}>:-O0>)
  target_compile_definitions(test_${folder} PRIVATE
    CALX_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared" CALX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${folder} COMMAND test_${folder})
endfunction()
