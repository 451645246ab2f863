// From a match to a finding: identity, citation, the fields the rule read, one readable line.
// The citation is resolved right after it is made: its digest is taken from the bytes it names.
#pragma once

#include <unordered_map>
#include <vector>

#include "bytes/sha256_lanes.h"
#include "hunt/program.h"
#include "hunt/rule.h"
#include "model/event.h"
#include "model/finding.h"

namespace sil::flow {

struct FindingOptions {
  bool whole_event = false;   // --event
  bool show_secrets = false;  // in the summary; matched values are masked by the writers
};

// The plain way, one finding by itself; asks the plain evaluator why the rule matched.
// Lifetime: the finding owns all but rule info, which the rule set keeps.
Finding build_finding(const hunt::Rule& rule, const Event& event, const FindingOptions& options);
Citation cite_event(const Event& event);

// The same for all matches of one event, and for many events: what belongs to the event is made once, digests of bytes
// that several records need are kept for the piece. Thread rule: one a worker.
class FindingBuilder {
 public:
  explicit FindingBuilder(const FindingOptions& options) : options_(options) {}
  void begin_piece() { digests_.clear(); }
  void begin_event(const Event& event);  // before the first build() of an event
  // Of match number `index` of the matcher's last match(). Valid until the next call.
  const Finding& build(const hunt::Rule& rule, const Event& event, hunt::Matcher& matcher, size_t index);

 private:
  void cite(const Event& event, Citation* citation);

  FindingOptions options_;
  Finding finding_;
  std::string line_;  // of the event; empty: it says nothing of its own
  struct SpanHash {
    size_t operator()(const Span& span) const {
      return span.offset ^ uint64_t { span.length } << 32;
    }
  };
  std::unordered_map<Span, Sha256, SpanHash> digests_;
  // Of the event at hand: bytes that it needs besides its own, and what is not hashed yet and where its digest goes.
  std::vector<Span> needed_;
  DigestList fresh_;
  std::vector<Sha256*> fresh_digests_;
  std::vector<const Sha256*> needed_digests_;
};

}  // namespace sil::flow
