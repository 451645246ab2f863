// The program's version, as output, evidence and --version name it.
#pragma once

namespace sil {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace sil
