// Standard input as a source that can be opened like a file, from its start and more than once: what is no regular file
// is copied whole into a temporary file without a name first (TMPDIR, else /tmp). Memory stays flat, and answers are as
// exact as on files.
//
// Errors: kIo, kDenied. Thread rule: any thread; the copy is made once. Lifetime: the path is good for the process.
#pragma once

#include <string>

#include "bytes/result.h"

namespace sil {

Result<std::string> standard_input_path();

}  // namespace sil
