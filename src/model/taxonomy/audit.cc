// What must be turned on before a Windows host writes an event. Sources: Microsoft's advanced audit policy reference
// (subcategory of each event id) and the policies of PowerShell; Sysmon's schema. Listed are the events that a usual
// host does not write, or writes in part, by default; an id that is not here is absent because nothing happened.
#include "model/taxonomy/tables.h"

namespace sil::taxonomy {
namespace {

constexpr AuditSetting kSettings[] = {
    {"security", 4688, 4688, "", "audit subcategory Process Creation"},
    {"security", 4688, 4688, "CommandLine", "policy 'Include command line in process creation events'"},
    {"security", 4689, 4689, "", "audit subcategory Process Termination"},
    {"security", 4657, 4657, "", "audit subcategory Registry, and audit entries (SACL) on the keys"},
    {"security", 4656, 4656, "", "an Object Access audit subcategory, and audit entries (SACL) on the objects"},
    {"security", 4658, 4658, "", "audit subcategory Handle Manipulation"},
    {"security", 4660, 4660, "", "an Object Access audit subcategory, and audit entries (SACL) on the objects"},
    {"security", 4661, 4661, "", "audit subcategory SAM or Directory Service Access"},
    {"security", 4662, 4662, "", "audit subcategory Directory Service Access, and audit entries (SACL) on the objects"},
    {"security", 4663, 4663, "", "audit subcategory File System, and audit entries (SACL) on the files"},
    {"security", 4664, 4664, "", "audit subcategory File System"},
    {"security", 4670, 4670, "", "audit subcategory Authorization Policy Change, and audit entries (SACL)"},
    {"security", 4673, 4674, "", "audit subcategory Sensitive Privilege Use"},
    {"security", 4697, 4697, "", "audit subcategory Security System Extension"},
    {"security", 4698, 4702, "", "audit subcategory Other Object Access Events"},
    {"security", 4703, 4703, "", "audit subcategory Authorization Policy Change"},
    {"security", 4768, 4768, "", "audit subcategory Kerberos Authentication Service, on domain controllers"},
    {"security", 4771, 4771, "", "audit subcategory Kerberos Authentication Service, on domain controllers"},
    {"security", 4769, 4770, "", "audit subcategory Kerberos Service Ticket Operations, on domain controllers"},
    {"security", 4776, 4776, "", "audit subcategory Credential Validation"},
    {"security", 4886, 4900, "", "audit subcategory Certification Services, and auditing on the authority"},
    {"security", 5136, 5141, "", "audit subcategory Directory Service Changes"},
    {"security", 5140, 5140, "", "audit subcategory File Share"},
    {"security", 5142, 5144, "", "audit subcategory File Share"},
    {"security", 5145, 5145, "", "audit subcategory Detailed File Share"},
    {"security", 5152, 5153, "", "audit subcategory Filtering Platform Packet Drop"},
    {"security", 5154, 5159, "", "audit subcategory Filtering Platform Connection"},
    {"security", 5447, 5447, "", "audit subcategory Other Policy Change Events"},
    {"security", 5441, 5450, "", "audit subcategory Filtering Platform Policy Change"},
    {"security", 6416, 6424, "", "audit subcategory PNP Activity"},
    {"powershell", 4103, 4103, "", "policy 'Turn on Module Logging'"},
    {"powershell", 4104, 4104, "", "policy 'Turn on PowerShell Script Block Logging'"},
    {"powershell-classic", 800, 800, "", "policy 'Turn on Module Logging'"},
    {"sysmon", 1, 255, "", "an event filter in Sysmon's configuration that records it"},
};

}  // namespace

std::span<const AuditSetting> audit_settings() {
  return kSettings;
}

}  // namespace sil::taxonomy
