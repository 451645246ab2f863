// The JSON objects of interface.md, field by field in its order. Schemas: docs/schemas.
#pragma once

#include <string>

#include "bytes/json_writer.h"
#include "report/writer.h"

namespace sil::report {

// Each appends one object without a line end. Secrets in summary, matched values and event are masked unless
// `show_secrets`.
void append_finding_object(const Finding& finding, const SourceSet& sources, bool show_secrets, std::string* out);
void append_source_object(const Source& source, std::string* out);
void append_passed_over_object(const PassedOver& text, std::string* out);
void append_anomaly_object(const Anomaly& anomaly, uint32_t index, const SourceSet& sources, std::string* out);
void append_verdict_object(const RuleVerdict& verdict, std::string* out);
void append_blind_object(const BlindRule& blind, std::string* out);

// Parts of objects: the citation as one value, the rule as the field "rule".
void append_citation(JsonWriter& json, const Citation& citation, const SourceSet& sources);
void append_rule(JsonWriter& json, const RuleInfo* rule);

// Digest of kind, place, bytes and what was expected and found: 16 hex digits, never of a path.
std::string anomaly_id(const Anomaly& anomaly);

}  // namespace sil::report
