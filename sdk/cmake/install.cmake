# SPDX-License-Identifier: Apache-2.0
# What `cmake --install <build> --component sdk` installs, so that find_package(releve) works under the prefix.
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/releve)

install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/releve DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
install(TARGETS releve_sdk EXPORT releve COMPONENT sdk)
install(EXPORT releve FILE releve-targets.cmake NAMESPACE releve:: DESTINATION ${package} COMPONENT sdk)

if(TARGET releve_kit)
  install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/kit/include/releve DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
  install(TARGETS releve_kit EXPORT releve-kit ARCHIVE COMPONENT sdk)
  install(EXPORT releve-kit FILE releve-kit-targets.cmake NAMESPACE releve:: DESTINATION ${package} COMPONENT sdk)
endif()

set(testing)
foreach(target releve_elf releve_options releve_testing releve_test_main releve_conformance)
  if(TARGET ${target})
    list(APPEND testing ${target})
  endif()
endforeach()
if(TARGET releve_testing)
  install(TARGETS ${testing} EXPORT releve-testing ARCHIVE COMPONENT sdk RUNTIME COMPONENT sdk)
  install(EXPORT releve-testing FILE releve-testing-targets.cmake NAMESPACE releve:: DESTINATION ${package} COMPONENT sdk)
endif()

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/releve-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/releve-config.cmake
  INSTALL_DESTINATION ${package})
configure_file(${CMAKE_CURRENT_LIST_DIR}/releve-config-version.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/releve-config-version.cmake
  @ONLY)
install(
  FILES
    ${CMAKE_CURRENT_BINARY_DIR}/releve-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/releve-config-version.cmake
    ${CMAKE_CURRENT_LIST_DIR}/releve_add_plugin.cmake
    ${CMAKE_CURRENT_LIST_DIR}/plugin.map
  DESTINATION ${package}
  COMPONENT sdk)
