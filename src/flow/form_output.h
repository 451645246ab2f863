// Texts that the workers made in an output form's final shape, put out in order: what stands before the first of them,
// the separator that the first one does without, what stands behind the last.
//
// Errors: the first one stays in `written` and sets `stop`. Thread rule: one thread at a time. Lifetime: everything it
// was given outlives it.
#pragma once

#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>

#include "bytes/output.h"
#include "report/writer.h"

namespace sil::flow {

class FormOutput {
 public:
  FormOutput(report::FindingWriter& writer, Output& output, std::atomic<bool>& stop)
      : writer_(writer), output_(output), stop_(stop) {}
  void begin() {
    std::string text;
    writer_.begin(&text);
    put(text);
  }
  void end() {
    std::string text;
    writer_.end(&text);
    put(text);
  }
  void write(std::string_view text) {
    if (text.empty()) return;
    if (writer_.aggregates()) return writer_.absorb(text);
    if (!any_) text.remove_prefix(std::min(writer_.leading_separator(), text.size()));
    any_ = true;
    put(text);
  }
  void write_source(const Source& about) {
    std::string text;
    writer_.append_source(about, &text);
    write(text);
  }
  void write_passed_over(const std::vector<PassedOver>& texts) {
    for (const PassedOver& one : texts) {
      std::string text;
      writer_.append_passed_over(one, &text);
      write(text);
    }
  }
  void fail_with(Result<void> error) {
    if (!written) return;
    written = std::move(error);
    stop_ = true;
  }

  Result<void> written;

 private:
  void put(std::string_view text) {
    if (!written || text.empty()) return;
    if (auto done = output_.write(text); !done) fail_with(done);
  }
  report::FindingWriter& writer_;
  Output& output_;
  std::atomic<bool>& stop_;
  bool any_ = false;
};

}  // namespace sil::flow
