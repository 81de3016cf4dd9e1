# SPDX-License-Identifier: Apache-2.0
#
# Compiles the targets of this tree in less time. Called once, when all of them are known.
#
# RELEVE_UNITY  nothing:   each source separately (the default)
#               shipped:   ten sources of a library, plugin or program together: a third less time from nothing,
#                          more after a small change
#               all:       the sources of test programs together, too
#
# Test programs share one precompiled header: Catch2, releve::testing and what tests include of the standard library
# are half of the time of an average test source.

set(RELEVE_UNITY "" CACHE STRING "Compile sources together: nothing, 'shipped' or 'all'")

# Each source of a unity build sees the names of those before it: a name that is local in one may be at file scope in
# another, and g++ takes the anonymous namespace of a source for a header's.
set(unity_warnings -Wno-shadow $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)

# Compiles the sources of a target together, as far as their names allow: those that use the same namespaces are a group,
# and one that defines a name of an earlier one of its group is compiled alone: two tests may each have a `fixture`. A clash
# that this misses is a compiler error; after an edit, `cmake --preset ...` reads the sources again.
function(releve_compile_together target batch)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  target_compile_options(${target} PRIVATE ${unity_warnings})
  get_target_property(folder ${target} SOURCE_DIR)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    get_filename_component(path ${source} ABSOLUTE BASE_DIR ${folder})
    if(NOT path MATCHES "\\.cpp$" OR NOT EXISTS ${path})
      continue()
    endif()
    file(READ ${path} text)
    string(REGEX REPLACE "[][;]" "" text "\n${text}")
    string(REGEX MATCHALL "\nusing namespace [a-z_:]+" namespaces "${text}")
    list(FILTER namespaces EXCLUDE REGEX "literals$")
    list(SORT namespaces)
    string(SHA1 group "${namespaces}")
    if(NOT DEFINED size_of_${group})
      set(size_of_${group} 0)
      set(names_in_${group})
    endif()

    string(REGEX MATCHALL "\n(class|struct|enum|enum class|union) [a-zA-Z_0-9]+( final)?( :[^\n]*)? {" types "${text}")
    list(TRANSFORM types REPLACE "^\n(class|struct|enum|enum class|union) ([a-zA-Z_0-9]+).*$" "\\2")
    string(REGEX MATCHALL "\n[a-z][a-zA-Z_0-9:<>, &*]*[ &*>][a-zA-Z_0-9]+( = |{|\\()" others "${text}")
    list(TRANSFORM others REPLACE "^.*[ &*>]([a-zA-Z_0-9]+)( = |{|\\()$" "\\1")
    string(REGEX MATCHALL "\n(static |inline )*const(expr)? [^\n]*" constants "${text}") # several in a line
    string(REGEX MATCHALL "[a-zA-Z_0-9]+ = " constants "${constants}")
    list(TRANSFORM constants REPLACE " = $" "")
    set(names ${types} ${others} ${constants})
    list(REMOVE_DUPLICATES names)
    set(all ${names} ${names_in_${group}})
    list(LENGTH all length)
    list(REMOVE_DUPLICATES all)
    list(LENGTH all different)
    if(length EQUAL different)
      math(EXPR number "${size_of_${group}} / ${batch}")
      math(EXPR size_of_${group} "${size_of_${group}} + 1")
      set(names_in_${group} ${all})
      string(SUBSTRING ${group} 0 8 short)
      set_source_files_properties(${path} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${short}_${number})
    endif()
  endforeach()
endfunction()

function(releve_compile_faster folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    get_target_property(libraries ${target} LINK_LIBRARIES)
    if(type STREQUAL "EXECUTABLE" AND "releve::test_main" IN_LIST libraries)
      releve_compile_test_program(${target})
    elseif(type MATCHES "^(EXECUTABLE|(STATIC|MODULE|OBJECT)_LIBRARY)$" AND RELEVE_UNITY)
      releve_compile_together(${target} 10)
    endif()
  endforeach()
  get_property(below DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(one ${below})
    releve_compile_faster(${one})
  endforeach()
endfunction()

# Sanitizers check what a test calls, not the test: unoptimized, it compiles in less time, and AddressSanitizer still
# finds its bad pointers.
function(releve_compile_as_test target)
  target_compile_options(${target} PRIVATE -O0)
  if(RELEVE_SANITIZE MATCHES "undefined")
    target_compile_options(${target} PRIVATE -fno-sanitize=null,alignment,object-size,vptr)
  endif()
endfunction()

function(releve_compile_test_program target)
  releve_compile_as_test(${target})
  # The macros that the header reads must be the same, too: the core's folders define one (core/CMakeLists.txt).
  get_target_property(folder ${target} SOURCE_DIR)
  if(folder MATCHES "^${PROJECT_SOURCE_DIR}/core/")
    target_precompile_headers(${target} REUSE_FROM releve_core_test_header)
  else()
    target_precompile_headers(${target} REUSE_FROM releve_test_header)
  endif()
  if(RELEVE_UNITY STREQUAL "all")
    releve_compile_together(${target} 8)
  endif()
endfunction()

function(releve_add_test_header name)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Nothing but the precompiled header.\n")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${source})
  # As programs are compiled: a precompiled header is used only with the options it was made with.
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fPIE)
  target_link_libraries(${name} PRIVATE releve::sdk releve::test_main)
  releve_compile_as_test(${name})
  target_precompile_headers(${name} PRIVATE
    <releve/testing/catch.hpp> <releve/testing/testing.hpp>
    <algorithm> <array> <chrono> <cmath> <cstdio> <cstdlib> <filesystem> <fstream> <map> <memory> <set> <sstream> <stdexcept>
    <string> <thread> <vector>)
endfunction()
