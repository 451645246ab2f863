// The sub-verbs of `rules`, each an action of its own.
#pragma once

#include <cstdint>
#include <optional>

#include "bytes/output.h"
#include "cli/options.h"

namespace sil::cli {

struct RulesOptions {
  Options common;
  std::string rule_path, rule_id;  // blind: the rules; explain: the rule
  std::optional<uint64_t> record_id, offset;
};

void check_rules(const Options& options, Outcome* outcome);
void list_rules(const Options& options, Outcome* outcome);
void test_rules(const Options& options, Outcome* outcome);
void blind_rules(const RulesOptions& options, Outcome* outcome);
void explain_rule(const RulesOptions& options, Outcome* outcome);

// Lines for people on a terminal, objects otherwise. Only ndjson, json and table make sense for what is no finding;
// another form is refused (false).
bool wants_objects(const Options& options, const Output& output);
bool plain_form(const Options& options, Outcome* outcome);
// Objects that end in a line end each, as the form wants them: ndjson as they are, json as one array.
std::string in_form(const Options& options, std::string objects);
void write_all(std::string_view text, Output* output, Outcome* outcome);

}  // namespace sil::cli
