// The system log reaches us as text and out of the journal: what its lines serve besides their own service, in both.
//
// Lifetime, thread rule: constant.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "model/taxonomy/schema.h"

namespace sil::taxonomy {

inline constexpr Serves kSystemLogServes[] = {{"", "syslog"},
                                              // Applications and routers whose lines a collector keeps there.
                                              {"syslog", "bgp", "huawei"},
                                              {"syslog", "bgp", "juniper"},
                                              {"syslog", "", "jvm"},
                                              {"syslog", "", "spring"},
                                              {"syslog", "", "velocity"},
                                              {"syslog", "", "django"},
                                              {"syslog", "", "python"},
                                              {"syslog", "", "ruby_on_rails"},
                                              {"syslog", "", "nodejs"},
                                              {"syslog", "", "sql"}};

// A form's own rows, and behind them those of every form.
template <size_t N>
constexpr auto with_system_log(const Serves (&own)[N]) {
  std::array<Serves, N + std::size(kSystemLogServes)> all;
  std::copy(std::begin(kSystemLogServes), std::end(kSystemLogServes),
            std::copy(std::begin(own), std::end(own), all.begin()));
  return all;
}

}  // namespace sil::taxonomy
