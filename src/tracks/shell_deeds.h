// What a command line of a Unix host does to its logs and shell histories.
//
// Thread rule: pure. Facts: the manuals of bash and zsh (HISTFILE, HISTSIZE, HISTFILESIZE, SAVEHIST, `history -c` and
// `-d`), journalctl, auditctl, systemctl.
#pragma once

#include <string_view>

#include "model/evidence.h"

namespace sil::tracks {

struct ShellDeed {
  const char* what = "";  // "a log was removed, emptied or changed in place"; empty: nothing of the kind
  Level level = Level::kInformational;
  bool history = false;  // about what a shell remembers, not about logs
  [[nodiscard]] bool any() const { return what[0] != '\0'; }
};

// Can the line do such a thing at all? Cheap; false rules it out.
bool may_be_deed(std::string_view line);
// The gravest of its commands.
ShellDeed shell_deed(std::string_view line);
// Logs that tell who came and what ran, as a path names them (not what rotation has put aside).
bool core_log(std::string_view path);

}  // namespace sil::tracks
