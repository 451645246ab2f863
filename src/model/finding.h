// A finding: a rule that matched, the event it matched on, and the bytes both stand on (interface.md, finding/1).
// Lifetime: owns everything.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/evidence.h"

namespace sil {

struct RuleInfo {  // what findings and reports say about a rule
  std::string id, title, status, description;
  Level level = Level::kMedium;
  std::vector<std::string> tags;
  std::vector<std::string> references;
  std::string logsource;  // "windows/process_creation"
  std::string path;
  Sha256 sha256{};  // of the document's text
};

struct MatchedField {
  std::string field, value, selection;
  bool operator==(const MatchedField&) const = default;
};

struct Finding {
  std::string id;
  std::string kind = "sigma";  // or "correlation"
  std::string summary;
  bool summary_masked = false;  // made without the secrets that it might show: need not be searched for them again
  const RuleInfo* rule = nullptr;
  Timestamp time;
  std::string host, channel, provider;
  uint32_t event_id = 0;
  uint64_t record_id = 0;
  std::vector<Citation> citations;
  uint64_t citations_total = 0;  // 0 = all are listed
  std::vector<MatchedField> matched;
  std::vector<std::string> missing_fields;
  std::string joined;       // "3 of 4" for joined script blocks
  std::string recovered;    // on a record that its log no longer counts: where it was, what was mended; else empty
  std::string correlation;  // JSON object {type,group,value,first,last,update}; empty for single events
  std::string event;        // JSON of the whole event with --event
};

// Digest of rule digest, record digest and offset (interface.md, Ids): 16 hex digits.
std::string finding_id(const Sha256& rule, const Sha256& record, uint64_t offset);
// Of a correlation: digest of rule digest, group values (one text in which each has its length in front) and what tells
// its first member from all other records: 16 hex digits.
std::string correlation_id(const Sha256& rule, std::string_view group, std::string_view first);

}  // namespace sil
