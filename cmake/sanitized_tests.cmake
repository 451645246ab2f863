# Read by ctest when it runs in the release build, not by cmake: with SILHOUETTE_SANITIZED_BUILD (set by ./test) the
# test programs of that build join the run, so that one summary speaks for both. Release and sanitized programs are
# two answers to different questions: the first is what users run, the second sees undefined behaviour.
if(DEFINED ENV{SILHOUETTE_SANITIZED_BUILD})
  set(sanitized_build "$ENV{SILHOUETTE_SANITIZED_BUILD}")
  get_filename_component(source_root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
  file(GLOB unit_programs "${sanitized_build}/*_test" "${sanitized_build}/tests/*/*_test")
  file(GLOB replay_programs "${sanitized_build}/fuzz/fuzz_*")
  list(FILTER replay_programs EXCLUDE REGEX "\\.[a-z]+$")
  if(NOT unit_programs)
    add_test(sanitized.present "false")  # an empty list must not look like success
  endif()
  foreach(program IN LISTS unit_programs)
    get_filename_component(name "${program}" NAME)
    string(REGEX REPLACE "_test$" "" name "${name}")
    add_test("${name}.unit.sanitized" "${program}")
    set_tests_properties("${name}.unit.sanitized" PROPERTIES LABELS "unit;sanitized" TIMEOUT 600)
    if(name STREQUAL "tamper")  # as in tests/tamper/CMakeLists.txt: the two bars that are missed stand under `slow`
      set(missed "Tamper.EveryPlantedEdit*:TamperEvents.SetsMadeForItGive*")
      set_tests_properties("tamper.unit.sanitized" PROPERTIES ENVIRONMENT "GTEST_FILTER=-${missed}")
    endif()
  endforeach()
  foreach(program IN LISTS replay_programs)
    get_filename_component(name "${program}" NAME)
    string(REGEX REPLACE "^fuzz_" "" name "${name}")
    add_test("fuzz.replay.${name}.sanitized" "${program}" "${source_root}/fuzz/corpus/${name}"
             "${source_root}/fuzz/regress/${name}")
    set_tests_properties("fuzz.replay.${name}.sanitized" PROPERTIES LABELS "fuzz-smoke;sanitized" TIMEOUT 600)
  endforeach()
  foreach(input trap overrun leak)  # must fail: see fuzz/canary.cc
    add_test("fuzz.canary.${input}.sanitized" "bash" "-c" "test -x \"$0\" && ! \"$0\" \"$1\""
             "${sanitized_build}/fuzz/fuzz_canary" "${source_root}/fuzz/canary/${input}")
    set_tests_properties("fuzz.canary.${input}.sanitized" PROPERTIES LABELS "fuzz-smoke;sanitized")
  endforeach()
  if(EXISTS "${sanitized_build}/silhouette")
    add_test(cli.cases.sanitized "python3" "${source_root}/tests/cli/run_cases.py" "${sanitized_build}/silhouette")
    set_tests_properties(cli.cases.sanitized PROPERTIES LABELS "cli;sanitized" TIMEOUT 600)
  endif()
endif()
