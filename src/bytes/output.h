// Where data goes: standard output, or a file that is written beside its place and renamed when complete.
//
// Errors: a closed pipe is kInterrupted (the caller ends quietly with success); anything else is kIo.
// Thread rule: one thread at a time. An Output that is not committed leaves no file behind.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bytes/result.h"

namespace sil {

class Output {
 public:
  static Result<std::unique_ptr<Output>> open(const std::string& path);  // "" or "-" = standard output
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  Result<void> write(std::string_view bytes);  // buffered: 256 KiB
  Result<void> commit();                       // flush; fsync and rename for a file
  [[nodiscard]] bool is_terminal() const;

 private:
  Output(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  Result<void> flush();
  Result<void> write_all(std::string_view bytes);
  int descriptor_;
  std::string path_;  // empty for standard output
  std::string buffer_;
  bool committed_ = false;
  bool broken_ = false;
};

bool error_is_terminal();                 // standard error
bool output_is_terminal();                // standard output
int terminal_columns();                   // of standard output; 100 when it is no terminal
void print_error(std::string_view text);  // one line to standard error; controls spelled \xNN

}  // namespace sil
