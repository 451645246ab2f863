// A rule file: YAML, verdicts, plain evaluator and compiled program on written events. The events stand behind a line
// `===`; a few of our own are always asked too. Both evaluators must agree, on an event seen before as on a new one.
#include <algorithm>
#include <string>

#include "fuzz/demand.h"
#include "hunt/plain.h"
#include "hunt/program.h"
#include "hunt/written_event.h"
#include "hunt/yaml.h"

namespace {

using namespace sil;
using namespace sil::hunt;

constexpr std::string_view kOwnEvents = R"(
- {Channel: Security, Provider_Name: Microsoft-Windows-Security-Auditing, EventID: 4688, CommandLine: 'C:\a.exe -enc AA',
   NewProcessName: 'C:\Windows\System32\cmd.exe', ProcessId: '0x1f4', TokenElevationType: '%%1936'}
- {Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, Image: 'C:\Windows\cmd.exe', CommandLine: 'cmd /c dir',
   Hashes: 'MD5=0123456789abcdef0123456789ABCDEF,IMPHASH=00', User: "x\u212A", DestinationIp: 10.1.2.3}
- {Channel: Application, EventID: 1, Data: [a, '', 7, 'b\c'], Level: 4}
- {logsource: {product: linux, service: auditd}, _raw: 'type=EXECVE a0="ls"', a: {b: [1, {c: true}], d: null}, e: 1.50}
)";

// Owns what the events view: the arena may be reset behind it.
std::vector<std::unique_ptr<const WrittenEvent>> events_of(std::string_view text) {
  std::vector<std::unique_ptr<const WrittenEvent>> out;
  YamlArena arena;
  const Logsource usual{"windows", "process_creation", ""};
  for (const YamlDocument& document : read_yaml(text, &arena)) {
    if (document.fault) continue;
    if (document.root->is_map()) {
      if (auto event = WrittenEvent::make(*document.root, usual)) out.push_back(std::move(*event));
    }
    if (!document.root->is_list()) continue;
    for (const YamlEntry& entry : document.root->entries) {
      auto event = WrittenEvent::make(*entry.value, usual);
      if (event && out.size() < 8) out.push_back(std::move(*event));
    }
  }
  return out;
}

void ask(const std::vector<Rule>& rules, Matcher& matcher, const Event& event) {
  const std::span<const uint32_t> found = matcher.match(event);
  const std::vector<uint32_t> fast(found.begin(), found.end());
  for (uint32_t i = 0; i < rules.size(); ++i) {
    const bool plain = plain_match(rules[i], event);
    fuzz::demand(plain == (std::find(fast.begin(), fast.end(), i) != fast.end()), "plain and compiled rule agree");
    if (!plain) continue;
    std::vector<MatchedField> matched;
    std::vector<std::string> missing;
    explain_match(rules[i], event, &matched, &missing);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 16384) return 0;
  static const auto own = events_of(kOwnEvents);
  fuzz::demand(own.size() == 4, "the target's own events are read");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t line = text.find("\n===\n");
  const RuleSet set = load_rules({{"r.yml", std::string(text.substr(0, line))}}, {});
  for (const Verdict& verdict : set.verdicts)
    fuzz::demand(verdict.loaded || verdict.passed_over || !verdict.reason.empty(), "a refusal has a reason");
  if (set.rules.empty()) return 0;
  const auto program = Program::compile(set.rules, {});
  Matcher matcher(*program);
  const auto given = events_of(line == std::string_view::npos ? "" : text.substr(line + 5));
  for (int round = 0; round < 2; ++round) {  // the second time out of the value cache
    for (const auto& event : own) ask(set.rules, matcher, event->event());
    for (const auto& event : given) ask(set.rules, matcher, event->event());
  }
  return 0;
}
