#include "cli/outcome.h"

#include "bytes/output.h"

namespace sil::cli {

void Outcome::add(Exit code, const std::string& reason) {
  if (code == Exit::kInterrupted)
    interrupted_ = true;
  else
    held_[static_cast<size_t>(code)] = true;
  if (!reason.empty()) print_error("silhouette: " + reason);
}

void Outcome::add(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInterrupted: return;  // the reader of our output has gone: nothing to complain about
    case ErrorCode::kNotFound:
    case ErrorCode::kUsage: add(Exit::kUsage, error.text()); return;
    case ErrorCode::kDenied:
    case ErrorCode::kFormat:
    case ErrorCode::kLimit:
    case ErrorCode::kUnsupported: add(Exit::kUnreadable, error.text()); return;
    case ErrorCode::kIo: add(Exit::kInternal, error.text()); return;
  }
}

void Outcome::add(const flow::PipelineReport& report) {
  for (const Error& error : report.unreadable) add(Exit::kUnreadable, error.text());
  for (const std::string& path : report.unknown_named) {
    add(Exit::kUnreadable, path + ": no known log format (see: silhouette formats; --as FORMAT reads it as one)");
  }
  for (const std::string& path : report.read_as_lines) {
    add(Exit::kUnreadable, path + ": no known log format, read as lines of text, which keyword rules search " +
                               "(see: silhouette formats; --as FORMAT reads it as one)");
  }
  if (report.unreadable_records > 0) {
    add(Exit::kUnreadable,
        std::to_string(report.unreadable_records) + " places could not be decoded (--anomalies lists them)");
  }
  if (report.interrupted) add(Exit::kInterrupted, "interrupted; what is above was read completely");
}

int Outcome::code() const {
  if (interrupted_) return static_cast<int>(Exit::kInterrupted);
  for (int code : {5, 2, 3, 1, 4}) {
    if (held_[static_cast<size_t>(code)]) return code;
  }
  return 0;
}

}  // namespace sil::cli
