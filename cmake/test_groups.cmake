# SPDX-License-Identifier: Apache-2.0
#
# Groups of programs that ./dev and .ci/run build and run by one name, gathered from the folders that own them. For this
# tree only.
#
# releve_add_fuzzer(NAME <part>.<fuzz> SOURCES <file>... [LIBRARIES <target>...] [MAX_LEN <bytes>] [SECONDS <seconds>]
#                   [CORPUS <target>])
#   A libFuzzer program <part>_<fuzz>, built by `fuzz_programs` and run by `ctest -L fuzz` for some seconds (10). The fuzz
#   preset instruments the whole tree, so that LIBRARIES are what the plugin itself links. CORPUS is a program that writes
#   first inputs into the folder that it gets as its argument. Without RELEVE_FUZZ: nothing.
#
# releve_tests_threads(<test> <program>)
#   The test is also run under ThreadSanitizer: it gets the label `tsan`, and `tsan_programs` builds its program.

add_custom_target(fuzz_programs)
add_custom_target(tsan_programs)

function(releve_add_fuzzer)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;MAX_LEN;SECONDS;CORPUS" "SOURCES;LIBRARIES")
  if(NOT arg_NAME OR NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "releve_add_fuzzer(NAME <part>.<fuzz> SOURCES <file>... [LIBRARIES <target>...] [MAX_LEN <bytes>] "
                        "[SECONDS <seconds>] [CORPUS <target>])")
  endif()
  if(NOT RELEVE_FUZZ)
    return()
  endif()
  if(NOT arg_MAX_LEN)
    set(arg_MAX_LEN 400)
  endif()
  if(NOT arg_SECONDS)
    set(arg_SECONDS 10)
  endif()
  string(REPLACE "." "_" program ${arg_NAME})
  add_executable(${program} ${arg_SOURCES})
  target_include_directories(${program} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${program} PRIVATE releve::sdk ${arg_LIBRARIES})
  target_link_options(${program} PRIVATE -fsanitize=fuzzer)
  add_dependencies(fuzz_programs ${program})
  set(corpus)
  if(arg_CORPUS)
    set(corpus ${CMAKE_CURRENT_BINARY_DIR}/${program}_corpus)
    add_dependencies(fuzz_programs ${arg_CORPUS})
    add_test(NAME ${arg_NAME}_corpus COMMAND ${arg_CORPUS} ${corpus})
    set_tests_properties(${arg_NAME}_corpus PROPERTIES LABELS fuzz FIXTURES_SETUP ${program}_corpus TIMEOUT 300)
  endif()
  add_test(NAME ${arg_NAME} COMMAND ${program} -max_total_time=${arg_SECONDS} -max_len=${arg_MAX_LEN} ${corpus})
  set_tests_properties(${arg_NAME} PROPERTIES LABELS fuzz TIMEOUT 300)
  if(arg_CORPUS)
    set_tests_properties(${arg_NAME} PROPERTIES FIXTURES_REQUIRED ${program}_corpus)
  endif()
endfunction()

function(releve_tests_threads test program)
  set_property(TEST ${test} APPEND PROPERTY LABELS tsan)
  add_dependencies(tsan_programs ${program})
endfunction()
