// AWS CloudTrail: Records[] unwrapped, native names.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kTimes[] = {{"eventTime"}};
constexpr KindRoute kRoutes[] = {{"eventName", "", "aws", "", "cloudtrail"}};
constexpr Rename kTrail[] = {{"src_ip", "sourceIPAddress"}, {"status", "errorCode|status"}};
constexpr SchemaFields kFields[] = {{"", "", 0, 0, kTrail}};

}  // namespace

constinit const Schema kCloudTrail = {
    .name = "cloudtrail",
    .title = "AWS CloudTrail",
    .signature = "eventSource,eventName,awsRegion; eventVersion,eventSource,eventName",
    .product = "aws",
    .times = kTimes,
    .routes = kRoutes,
    .fields = kFields,
};

}  // namespace sil::taxonomy
