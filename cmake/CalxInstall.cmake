# What `cmake --install` puts down: the program, one shared library with every stage, the headers,
# the rule table and schemas, and the files that find_package(calx) reads.
#
# The stages are static libraries in the build, which keeps the arrows between folders strict. They
# are installed as one shared library: its users then need OpenCV core and tl::expected, which the
# headers show, and not ITK, DCMTK and the rest, which they do not.
include(CMakePackageConfigHelpers)

set(stages core load normalise network anatomy lesions subtype report pipeline cohort evaluate)
add_library(calx_shared SHARED)
foreach(stage IN LISTS stages)
  # The objects themselves, for a linker takes from an archive only what is asked for; the archive
  # for the libraries that it needs.
  target_sources(calx_shared PRIVATE $<TARGET_OBJECTS:calx_${stage}>)
  target_link_libraries(calx_shared PRIVATE $<BUILD_INTERFACE:calx_${stage}>)
endforeach()
set_target_properties(calx_shared PROPERTIES
  OUTPUT_NAME calx EXPORT_NAME calx LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
target_link_libraries(calx_shared
  PUBLIC opencv_core tl::expected
  PRIVATE $<BUILD_INTERFACE:calx_options>)
target_compile_features(calx_shared PUBLIC cxx_std_20)
# Both, so that <calx/calx.hpp> is found and, from there, "core/error.hpp".
target_include_directories(calx_shared INTERFACE
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/calx>)

install(TARGETS calx)
install(TARGETS calx_shared EXPORT calxTargets)

# The contracts between the stages; other headers are a folder's own business.
foreach(header
    calx.hpp core/error.hpp core/parameter.hpp core/radiograph.hpp core/trace.hpp core/vocabulary.hpp
    load/load.hpp load/dicom_query.hpp normalise/normalise.hpp network/network.hpp anatomy/anatomy.hpp lesions/features.hpp lesions/lesions.hpp
    subtype/subtype.hpp report/findings.hpp report/png.hpp report/report.hpp pipeline/params.hpp pipeline/analyse.hpp
    cohort/examine.hpp cohort/limits.hpp cohort/manifest.hpp cohort/merge.hpp cohort/progress.hpp cohort/pseudonym.hpp
    cohort/record.hpp cohort/run.hpp cohort/select.hpp cohort/settings.hpp cohort/tables.hpp cohort/verify.hpp
    cohort/walk.hpp
    evaluate/bootstrap.hpp evaluate/film_score.hpp evaluate/evaluate.hpp evaluate/evaluation_report.hpp)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES ${PROJECT_SOURCE_DIR}/src/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/calx/${folder})
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/generated/core/version.hpp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/calx/core)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/calx/models)

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/calx)
install(EXPORT calxTargets NAMESPACE calx:: DESTINATION ${config_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/calxConfig.cmake.in
  ${PROJECT_BINARY_DIR}/calxConfig.cmake INSTALL_DESTINATION ${config_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/calxConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/calxConfig.cmake ${PROJECT_BINARY_DIR}/calxConfigVersion.cmake
  DESTINATION ${config_folder})
