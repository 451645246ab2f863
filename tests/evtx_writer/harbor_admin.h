// The administrators' days: remote desktop to the jump server, and the verbs of their trade.
#pragma once

#include "evtx_writer/harbor_events.h"

namespace sil::harbor {

void plan_administrators(World& world, unsigned day);

}  // namespace sil::harbor
