# SPDX-License-Identifier: Apache-2.0
# Writes the files of new/<kind>/ into a source file, so that `releve new` needs no files beside the program.
set(new_plugin_templates ${CMAKE_CURRENT_BINARY_DIR}/new_plugin_templates.cpp)
set(code "// Made from core/cli/new/ by embed.cmake.\n#include \"new_plugin_templates.hpp\"\n\nnamespace releve::core {\n\n")
string(APPEND code "const std::vector<new_plugin_template> new_plugin_templates{\n")
foreach(kind source streaming sink transform)
  set(folder ${CMAKE_CURRENT_LIST_DIR}/${kind})
  file(GLOB_RECURSE files RELATIVE ${folder} CONFIGURE_DEPENDS ${folder}/*)
  foreach(file ${files})
    file(READ ${folder}/${file} text)
    string(APPEND code "    {\"${kind}\", \"${file}\", R\"template(${text})template\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${file})
  endforeach()
endforeach()
string(APPEND code "};\n\n} // namespace releve::core\n")
file(WRITE ${new_plugin_templates}.new "${code}")
configure_file(${new_plugin_templates}.new ${new_plugin_templates} COPYONLY) # keeps the time of an unchanged file
