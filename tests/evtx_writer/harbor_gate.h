// The gate server of the made-up port operator: a Linux host that is there with its audit log alone.
#pragma once

#include <string>

#include "evtx_writer/harbor_world.h"

namespace sil::harbor {

// audit.log of NH-GATE01 over the five days, as auditd writes it. `taken_out` takes how many serials the intruder
// removed on Friday between two that auditd wrote.
std::string gate_audit_log(uint64_t seed, unsigned* taken_out);

}  // namespace sil::harbor
