// What was typed into a shell (ingest/shell_history.h). It is served to rules about started processes for its command
// line alone: an image, an account or a parent is not known, and rules that ask for one do not hold.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr KindRoute kRoutes[] = {{"command", "", "linux", "", "shell-history"}};
constexpr Offer kOffers[] = {{"shell-history", "process_creation"}};
constexpr Rename kProcess[] = {{"CommandLine", "command"}};
constexpr SchemaFields kFields[] = {{"process_creation", "", 0, 0, kProcess}};

}  // namespace

constinit const Schema kShellHistory = {
    .name = "shell-history",
    .title = "Histories of shells (bash, zsh, fish)",
    .signature = "",
    .product = "linux",
    .routes = kRoutes,
    .offers = kOffers,
    .fields = kFields,
};

}  // namespace sil::taxonomy
