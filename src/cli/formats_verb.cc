#include <cstdio>

#include "cli/verb.h"
#include "flow/pipeline.h"

namespace sil::cli {

std::function<void(Outcome*)> declare_formats(CLI::App*) {
  return [](Outcome*) {
    for (const auto& [name, title] : flow::known_formats()) std::printf("%-14s %s\n", name.c_str(), title.c_str());
  };
}

}  // namespace sil::cli
