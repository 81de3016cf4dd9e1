# SPDX-License-Identifier: Apache-2.0
# Writes the files of new/<role>/ into a source file, so that `releve new` needs nothing beside the program.
set(new_plugin_templates ${CMAKE_CURRENT_BINARY_DIR}/new_plugin_templates.cpp)
set(code "// Made from core/cli/new/ by embed.cmake.\n#include \"new_plugin_templates.hpp\"\n\nnamespace releve::core {\n\n")
string(APPEND code "const std::vector<new_plugin_template> new_plugin_templates{\n")
foreach(role source sink transform)
  file(GLOB_RECURSE files RELATIVE ${CMAKE_CURRENT_LIST_DIR}/${role} CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/${role}/*)
  foreach(file ${files})
    file(READ ${CMAKE_CURRENT_LIST_DIR}/${role}/${file} text)
    string(APPEND code "    {\"${role}\", \"${file}\", R\"template(${text})template\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/${role}/${file})
  endforeach()
endforeach()
string(APPEND code "};\n\n} // namespace releve::core\n")
file(WRITE ${new_plugin_templates}.new "${code}")
configure_file(${new_plugin_templates}.new ${new_plugin_templates} COPYONLY) # leaves an equal file as it is
