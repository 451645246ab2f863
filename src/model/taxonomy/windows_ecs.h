// Elastic Common Schema's names for what Sysmon and Security events say: shared by winlogbeat.cc and ecs.cc.
#pragma once

#include "model/taxonomy/schema.h"

namespace sil::taxonomy {

extern const SchemaFields kWindowsEcsFields[8];

}  // namespace sil::taxonomy
