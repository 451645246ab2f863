#include "tracks/registry.h"

namespace sil::tracks {

// One file each; what a detector sees and cannot see stands at the head of its file.
void file_kind(const SourceFacts& source, Judge& judge);
void record_closure(const SourceFacts& source, Judge& judge);
void hidden_record(const SourceFacts& source, Judge& judge);
void definition_closure(const SourceFacts& source, Judge& judge);
void fragment_closure(const SourceFacts& source, Judge& judge);
void record_instruction(const SourceFacts& source, Judge& judge);
void header_body(const SourceFacts& source, Judge& judge);
void name_table(const SourceFacts& source, Judge& judge);
void orphan_definition(const SourceFacts& source, Judge& judge);
void early_close(const SourceFacts& source, Judge& judge);
void id_hole(const SourceFacts& source, Judge& judge);
void export_hole(const SourceFacts& source, Judge& judge);
void export_in_place(const SourceFacts& source, Judge& judge);
void header_counters(const SourceFacts& source, Judge& judge);
void checksum(const SourceFacts& source, Judge& judge);
void slack(const SourceFacts& source, Judge& judge);
void reserved_bytes(const SourceFacts& source, Judge& judge);
void abandoned_copy(const SourceFacts& source, Judge& judge);
void login_records(const SourceFacts& source, Judge& judge);
void clear_offset(const Scene& scene, Judge& judge);
void log_cleared(const Scene& scene, Judge& judge);
void log_service(const Scene& scene, Judge& judge);
void log_settings(const Scene& scene, Judge& judge);
void minint_key(const Scene& scene, Judge& judge);
void audit_policy(const Scene& scene, Judge& judge);
void sysmon_state(const Scene& scene, Judge& judge);
void script_logging(const Scene& scene, Judge& judge);
void clear_command(const Scene& scene, Judge& judge);
void timestomp(const Scene& scene, Judge& judge);
void step_back(const Scene& scene, Judge& judge);
void clock_set(const Scene& scene, Judge& judge);
void joint_silence(const Scene& scene, Judge& judge);
void device_logs(const Scene& scene, Judge& judge);
void audit_serials(const Scene& scene, Judge& judge);
void audit_state_changed(const Scene& scene, Judge& judge);
void linux_commands(const Scene& scene, Judge& judge);
void log_daemon(const Scene& scene, Judge& judge);
void journal_numbers(const Scene& scene, Judge& judge);
void shell_histories(const SourceFacts& source, Judge& judge);
void journal_hashes(const SourceFacts& source, Judge& judge);
void line_numbers(const Scene& scene, Judge& judge);
void rotated_files(const Scene& scene, Judge& judge);
void losses_declared(const Scene& scene, Judge& judge);
void login_witnesses(const Scene& scene, Judge& judge);
void network_session(const Scene& scene, Judge& judge);
void two_versions(const Witnesses& all, Judge& judge);
void absent_here(const Witnesses& all, Judge& judge);

namespace {

constexpr StructureDetector kStructure[] = {
    {{"class", "kind of file, and what it cannot show", ""}, file_kind},
    {{"R1", "record closure", "T1070.001"}, record_closure},
    {{"R2", "hidden record", "T1070.001"}, hidden_record},
    {{"R3", "definition closure", "T1070.001"}, definition_closure},
    {{"R4", "fragment closure", "T1070.001"}, fragment_closure},
    {{"R5", "instruction beside a record's content", "T1070.001"}, record_instruction},
    {{"R6", "header against body", "T1070.006 T1070.001"}, header_body},
    {{"R7", "name table", "T1070.001"}, name_table},
    {{"R8", "orphan definition", "T1070.001"}, orphan_definition},
    {{"R9", "early close", "T1070.001"}, early_close},
    {{"R10", "hole in the record ids", "T1070.001"}, id_hole},
    {{"R11", "holes in an export", "T1070.001"}, export_hole},
    {{"R12", "export in place of a channel file", "T1070.001"}, export_in_place},
    {{"R14", "counters of the file header", "T1070.001"}, header_counters},
    {{"R15", "checksum of a clean file", "T1070.001 T1565.001"}, checksum},
    {{"R16", "records behind the live ones", "T1070.001"}, slack},
    {{"R17", "reserved bytes", "T1564"}, reserved_bytes},
    {{"R18", "abandoned copy of the next record", "T1070.001"}, abandoned_copy},
    {{"L3", "login records wiped or out of order", "T1070.002 T1070.006"}, login_records},
    {{"L8", "shell histories cut, or with times that run back", "T1070.003"}, shell_histories},
    {{"L9", "journal entries against their hash", "T1565.001 T1070.002"}, journal_hashes},
};
constexpr SceneDetector kScene[] = {
    {{"R13", "records before the last clear or archive", "T1070.001"}, clear_offset},
    {{"E1", "log cleared", "T1070.001"}, log_cleared},
    {{"E2", "event log service stopped", "T1562.002"}, log_service},
    {{"E3", "settings of logs", "T1562.002"}, log_settings},
    {{"E4", "MiniNt key", "T1562.002"}, minint_key},
    {{"E5", "audit policy weakened", "T1562.002"}, audit_policy},
    {{"E6", "Sysmon stopped or reconfigured", "T1562.001"}, sysmon_state},
    {{"E7", "script logging switched off", "T1562.002"}, script_logging},
    {{"E8", "commands against logs", "T1070.001"}, clear_command},
    {{"E9", "file times set back", "T1070.006"}, timestomp},
    {{"D1", "logs of a network device", "T1070 T1562"}, device_logs},
    {{"T1", "the clock goes back", "T1070.006"}, step_back},
    {{"T2", "clock changes, brackets, and two logs about one", "T1070.006"}, clock_set},
    {{"T5", "joint silence", "T1562.002"}, joint_silence},
    {{"L1", "holes in the audit log", "T1070.002"}, audit_serials},
    {{"L2", "auditing switched off", "T1562.001 T1562.012"}, audit_state_changed},
    {{"L4", "commands against logs of a Linux host", "T1070.002 T1070.003 T1562.001 T1562.003"}, linux_commands},
    {{"L5", "logins that one log has and another has not", "T1070.002"}, login_witnesses},
    {{"L6", "a service that writes logs stopped", "T1562.001"}, log_daemon},
    {{"L7", "numbers and clocks of the journal", "T1070.002"}, journal_numbers},
    {{"L10", "numbers of lines", "T1070.002"}, line_numbers},
    {{"L11", "files of a rotation", "T1070.002"}, rotated_files},
    {{"L12", "losses that the log declares", "T1562.006"}, losses_declared},
    {{"W3", "sessions that only the network shows", "T1070.001 T1070.002 T1562"}, network_session},
};

constexpr WitnessDetector kWitness[] = {
    {{"W1", "two versions of one record", "T1070.001 T1565.001"}, two_versions},
    {{"W2", "a record that another file has", "T1070.001"}, absent_here},
};

template <class Detector, class Subject>
std::vector<Judged> judge_with(std::span<const Detector> detectors, const Subject& subject, SpanReader& bytes) {
  Judge judge(bytes);
  for (const Detector& detector : detectors) {
    judge.begin(detector.info);
    detector.look(subject, judge);
  }
  return judge.take();
}

}  // namespace

std::span<const StructureDetector> structure_detectors() {
  return kStructure;
}
std::span<const SceneDetector> scene_detectors() {
  return kScene;
}
std::span<const WitnessDetector> witness_detectors() {
  return kWitness;
}

std::vector<Judged> judge_source(const SourceFacts& source, SpanReader& bytes) {
  return judge_with(structure_detectors(), source, bytes);
}
std::vector<Judged> judge_scene(const Scene& scene, SpanReader& bytes) {
  return judge_with(scene_detectors(), scene, bytes);
}
std::vector<Judged> judge_witnesses(const Witnesses& all, SpanReader& bytes) {
  return judge_with(witness_detectors(), all, bytes);
}
std::vector<Judged> judge_uncompared(const std::vector<CopyPlan>& plans, size_t next,
                                     const std::vector<SourceFacts>& sources, SpanReader& bytes) {
  Judge judge(bytes);
  judge.begin(kWitness[0].info);
  uint64_t records = 0;
  for (size_t i = next; i < plans.size(); ++i) records += plans[i].records;
  if (records > 0) not_compared(plans[next], records, sources, judge);
  return judge.take();
}

}  // namespace sil::tracks
