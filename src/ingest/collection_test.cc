#include "ingest/collection.h"

#include <gtest/gtest.h>

namespace sil::ingest {
namespace {

std::string host(std::string_view path, const std::vector<std::string>& members = {}) {
  return collected_from(path, members).host;
}

TEST(Collections, VelociraptorNamesTheHostInItsArchive) {
  EXPECT_EQ(host("in/Collection-NH-WS01_harbor_example-2024-03-05T08_00_00Z.zip",
                 {"uploads/auto/C%3A/Windows/System32/winevt/Logs/Security.evtx"}),
            "NH-WS01_harbor_example");
  EXPECT_EQ(host("Collection-a-b-2024-03-05T08_00_00+01_00/results/Windows.EventLogs.json"), "a-b");
  EXPECT_EQ(host("Collection-2024.zip", {"x"}), "");
}

TEST(Collections, KapeNamesTheHostInFrontOfTheDrive) {
  EXPECT_EQ(host("case/NH-DC01/C/Windows/System32/winevt/Logs/Security.evtx"), "NH-DC01");
  EXPECT_EQ(host("2024-03-05T080000_NH-WS02.zip", {"C/Windows/System32/winevt/Logs/System.evtx"}), "NH-WS02");
  EXPECT_EQ(host("kape/C/Windows/x.evtx"), "");
  EXPECT_EQ(host("C/Windows/x.evtx"), "");
  EXPECT_EQ(host("logs/Security.evtx"), "");
}

TEST(Collections, ShadowCopiesAreTold) {
  EXPECT_EQ(collected_from("NH-DC01/C/VSS2/Windows/System32/winevt/Logs/Security.evtx", {}).shadow, "VSS2");
  EXPECT_EQ(host("NH-DC01/C/VSS2/Windows/System32/winevt/Logs/Security.evtx"), "NH-DC01");
  const CollectedFrom from = collected_from(
      "Collection-H-2024-03-05T08_00_00Z.zip",
      {"uploads/ntfs/%5C%5C.%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy12/Windows/System32/config/x"});
  EXPECT_EQ(from.shadow, "HarddiskVolumeShadowCopy12");
  EXPECT_EQ(from.host, "H");
  EXPECT_EQ(collected_from("VSSadmin/C/Windows/x", {}).shadow, "");
}

}  // namespace
}  // namespace sil::ingest
