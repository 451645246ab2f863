// What a shell remembers of what was typed: bash, sh, ksh and ash (with and without times), zsh, fish
// (docs/formats/shell-history.md).
#pragma once

#include <memory>

#include "ingest/reader.h"

namespace sil::ingest {

Sniff sniff_shell_history(Bytes head, std::string_view path);
std::unique_ptr<Reader> make_shell_history_reader();

}  // namespace sil::ingest
