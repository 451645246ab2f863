// Kubernetes audit log.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kTimes[] = {{"requestReceivedTimestamp"}, {"stageTimestamp"}};
constexpr KindRoute kRoutes[] = {{"verb", "", "kubernetes", "application", "audit"}};
constexpr Rename kNames[] = {
    {"apiGroup", "apiGroup|objectRef.apiGroup"},
    {"hostPath", "requestObject.spec.volumes.hostPath|hostPath"},
    {"capabilities", "requestObject.spec.containers.securityContext.capabilities.add|capabilities"},
};
constexpr SchemaFields kFields[] = {{"", "", 0, 0, kNames}};

}  // namespace

constinit const Schema kKubernetes = {
    .name = "kubernetes",
    .title = "Kubernetes audit log",
    .signature = "apiVersion=audit.k8s.io*; auditID,verb; verb,objectRef.resource",
    .product = "kubernetes",
    .times = kTimes,
    .routes = kRoutes,
    .fields = kFields,
};

}  // namespace sil::taxonomy
