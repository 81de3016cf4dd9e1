# SPDX-License-Identifier: Apache-2.0
#
# releve_add_plugin(NAME <name> SOURCES <file>... [LIBRARIES <target>...] [TARGET_MINOR <number>])
#   A plugin <name>.so: a module with a plain file name that exports releve_plugin and nothing else, and in which every symbol
#   is defined at link time. In the releve tree it goes to <build>/plugins. `cmake --install` puts it where a host that is
#   installed under the same prefix looks for plugins, also from a project within another one. TARGET_MINOR: the least minor of the contract that the plugin needs
#   (RELEVE_TARGET_MINOR of releve/abi.h); without it 0, and the plugin loads in every host 1.x.
#
# releve_add_plugin_test(PLUGIN <name> SOURCES <file>... [LIBRARIES <target>...] [INCLUDES <folder>...])
#   Two tests: <name>.tests, a Catch2 program of <file>... linked with releve::testing, run in the plugin's source folder with
#   RELEVE_PLUGIN_FILE in its environment; and <name>.conformance, releve-conformance on the built plugin with its sample.toml.
#   With BUILD_TESTING off (in the releve tree: RELEVE_TESTS), nothing.

include(GNUInstallDirs)

# OUT: the folder of the releve tree that this file is in; empty where it was installed.
function(_releve_tree out)
  cmake_path(GET CMAKE_CURRENT_FUNCTION_LIST_DIR PARENT_PATH sdk)
  cmake_path(GET sdk PARENT_PATH tree)
  if(EXISTS ${sdk}/include/releve/abi.h AND EXISTS ${tree}/core)
    set(${out} ${tree} PARENT_SCOPE)
  else()
    set(${out} "" PARENT_SCOPE)
  endif()
endfunction()

function(releve_add_plugin)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TARGET_MINOR" "SOURCES;LIBRARIES")
  if(NOT arg_NAME OR NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR
      "releve_add_plugin(NAME <name> SOURCES <file>... [LIBRARIES <target>...] [TARGET_MINOR <number>])")
  endif()
  set(map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
  add_library(${arg_NAME} MODULE ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE releve::sdk ${arg_LIBRARIES})
  set_target_properties(${arg_NAME} PROPERTIES
    PREFIX ""
    SUFFIX ".so"
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${map})
  if(DEFINED arg_TARGET_MINOR)
    target_compile_definitions(${arg_NAME} PRIVATE RELEVE_TARGET_MINOR=${arg_TARGET_MINOR})
  endif()
  target_link_options(${arg_NAME} PRIVATE -Wl,--version-script=${map})
  # Every symbol defined now, not at the first call. Sanitizer runtimes are resolved in the program: not with them.
  get_directory_property(compiled COMPILE_OPTIONS)
  get_directory_property(linked LINK_OPTIONS)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  set(flags ${CMAKE_CXX_FLAGS} ${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS_${type}} ${CMAKE_C_FLAGS_${type}} ${CMAKE_MODULE_LINKER_FLAGS}
            ${compiled} ${linked})
  if(NOT RELEVE_SANITIZE AND NOT "${flags}" MATCHES "-fsanitize")
    target_link_options(${arg_NAME} PRIVATE -Wl,-z,defs)
  endif()
  # Installed: every plugin, of whatever project. Of releve's own tree, what is in its folder plugins: not tests and examples.
  set(ships ON)
  _releve_tree(tree)
  if(tree)
    cmake_path(IS_PREFIX tree ${CMAKE_CURRENT_SOURCE_DIR} in_tree)
    cmake_path(APPEND tree plugins OUTPUT_VARIABLE shipped)
    cmake_path(IS_PREFIX shipped ${CMAKE_CURRENT_SOURCE_DIR} is_shipped)
    if(in_tree AND (NOT is_shipped OR NOT CMAKE_SOURCE_DIR STREQUAL tree))
      set(ships OFF)
    endif()
    if(PROJECT_SOURCE_DIR STREQUAL tree)
      set_target_properties(${arg_NAME} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/plugins)
    endif()
  endif()
  if(ships)
    install(TARGETS ${arg_NAME} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/releve/plugins COMPONENT plugins)
  endif()
endfunction()

function(releve_add_plugin_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "PLUGIN" "SOURCES;LIBRARIES;INCLUDES")
  if(NOT arg_PLUGIN OR NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR
      "releve_add_plugin_test(PLUGIN <name> SOURCES <file>... [LIBRARIES <target>...] [INCLUDES <folder>...])")
  endif()
  if((DEFINED BUILD_TESTING AND NOT BUILD_TESTING) OR (DEFINED RELEVE_TESTS AND NOT RELEVE_TESTS))
    return()
  endif()
  if(NOT TARGET releve::testing AND TARGET releve_sdk) # the SDK is a part of this build, without it
    message(STATUS "${arg_PLUGIN}: not tested, there is no releve::testing")
    return()
  endif()
  if(NOT TARGET releve::testing)
    find_package(releve REQUIRED COMPONENTS testing)
  endif()
  add_executable(${arg_PLUGIN}_tests ${arg_SOURCES})
  target_link_libraries(${arg_PLUGIN}_tests PRIVATE releve::testing releve::test_main ${arg_LIBRARIES})
  target_include_directories(${arg_PLUGIN}_tests PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${arg_INCLUDES})
  add_dependencies(${arg_PLUGIN}_tests ${arg_PLUGIN})
  add_test(NAME ${arg_PLUGIN}.tests COMMAND ${arg_PLUGIN}_tests WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(${arg_PLUGIN}.tests PROPERTIES
    ENVIRONMENT "RELEVE_PLUGIN_FILE=$<TARGET_FILE:${arg_PLUGIN}>"
    TIMEOUT 1800)
  add_test(NAME ${arg_PLUGIN}.conformance
    COMMAND releve::conformance $<TARGET_FILE:${arg_PLUGIN}> --sample ${CMAKE_CURRENT_SOURCE_DIR}/sample.toml)
  set_tests_properties(${arg_PLUGIN}.conformance PROPERTIES TIMEOUT 1800)
endfunction()
