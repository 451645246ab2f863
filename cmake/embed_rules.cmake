# The built-in rules, compiled in: every rules/**/*.yml except the rule tests becomes one string of the library
# sil_builtin_rules, in bytewise path order, so that the program needs no file beside it.
# Run as a script (cmake -P) this file writes the source; included, it declares the target.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB_RECURSE rule_files RELATIVE ${RULES_DIR} ${RULES_DIR}/*.yml)
  list(FILTER rule_files EXCLUDE REGEX "^tests/")
  list(SORT rule_files)
  set(source "// Written by cmake/embed_rules.cmake out of rules/. Not edited by hand.\n")
  string(APPEND source "#include \"flow/builtin_rules.h\"\n\n")
  string(APPEND source "namespace sil::flow {\nnamespace {\nusing namespace std::string_view_literals;\n")
  string(APPEND source "constexpr BuiltinRule kRules[] = {\n")
  foreach(rule_file IN LISTS rule_files)
    file(READ ${RULES_DIR}/${rule_file} text)
    string(FIND "${text}" ")RULE\"" clash)
    if(NOT clash EQUAL -1)
      message(FATAL_ERROR "rules/${rule_file}: contains the literal's closing mark")
    endif()
    string(APPEND source "{\"builtin/${rule_file}\", R\"RULE(${text})RULE\"sv},\n")
  endforeach()
  string(APPEND source "};\n}  // namespace\nstd::span<const BuiltinRule> builtin_rules() { return kRules; }\n")
  string(APPEND source "}  // namespace sil::flow\n")
  file(WRITE ${OUTPUT} "${source}")
else()
  file(GLOB_RECURSE rule_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/*.yml)
  list(FILTER rule_files EXCLUDE REGEX "/rules/tests/")
  set(builtin_source ${CMAKE_BINARY_DIR}/generated/builtin_rules.cc)
  add_custom_command(
    OUTPUT ${builtin_source}
    COMMAND ${CMAKE_COMMAND} -DRULES_DIR=${CMAKE_SOURCE_DIR}/rules -DOUTPUT=${builtin_source}
            -P ${CMAKE_CURRENT_LIST_FILE}
    DEPENDS ${rule_files} ${CMAKE_CURRENT_LIST_FILE}
    COMMENT "built-in rules")
  add_library(sil_builtin_rules STATIC ${builtin_source})
  target_include_directories(sil_builtin_rules PUBLIC ${CMAKE_SOURCE_DIR}/src)
endif()
