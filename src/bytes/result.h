// Errors as values. Everything that can fail on input returns Result<T>; exceptions are for bugs of libraries only.
//
// Lifetime: Error owns its text. Thread rule: values, no shared state.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace sil {

enum class ErrorCode : uint8_t {
  kNotFound,     // no such path
  kDenied,       // the system refused (permission)
  kIo,           // reading or writing failed half way
  kFormat,       // bytes that are not what their format demands
  kLimit,        // a stated limit was passed (size, depth, ratio)
  kUnsupported,  // understood, but not done by this program
  kUsage,        // the caller's options make no sense
  kInterrupted,  // SIGINT or a closed pipe
};

struct Error {
  ErrorCode code = ErrorCode::kFormat;
  std::string where;     // "file:offset", "file:line:column" or a path; may be empty
  std::string expected;  // what should have been there
  std::string found;     // what was there
  std::string hint;      // one line of advice; may be empty

  // "where: expected X, found Y (hint)"; the one way errors are shown.
  [[nodiscard]] std::string text() const;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string where, std::string expected, std::string found = {},
                                  std::string hint = {}) {
  return tl::unexpected<Error>(Error{code, std::move(where), std::move(expected), std::move(found), std::move(hint)});
}

}  // namespace sil

// Returns the error of an expression of type Result<...> from the calling function.
#define SIL_TRY(expression)                                                        \
  do {                                                                             \
    auto&& sil_try_result = (expression);                                          \
    if (!sil_try_result) return tl::unexpected(std::move(sil_try_result).error()); \
  } while (false)
