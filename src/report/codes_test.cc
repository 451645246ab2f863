#include "report/codes.h"

#include <gtest/gtest.h>

namespace sil::report {
namespace {

TEST(Codes, MessageCodesBecomeWordsAndUnknownOnesStay) {
  EXPECT_EQ(expand_codes("%%1833"), "Impersonation");
  EXPECT_EQ(expand_codes("%%4416\n\t\t\t\t%%4417\n\t\t\t\t"), "ReadData, WriteData");
  EXPECT_EQ(expand_codes("type %%1938 of %%99999 x"), "type limited token of %%99999 x");
  EXPECT_EQ(expand_codes("%%99999"), "%%99999");
  EXPECT_EQ(expand_codes("100%% sure %%"), "100%% sure %%");
  EXPECT_EQ(expand_codes("%%99999999999999999999"), "%%99999999999999999999");
}

TEST(Codes, StatusAndKerberosAndLogon) {
  EXPECT_EQ(win32_text("%%1058"), "service disabled");
  EXPECT_EQ(win32_text("5"), "access denied");
  EXPECT_EQ(win32_text("%%99999"), "");
  EXPECT_EQ(defender_action("2"), "quarantined");
  EXPECT_EQ(defender_action("%%809"), "");
  EXPECT_EQ(expand_codes("%%5410\r\n\t\t\t\t%%5412"), "add member, list members");  // SAM_GROUP, MS-SAMR 2.2.1.5
  EXPECT_EQ(status_text("0xC000006A"), "wrong password");
  EXPECT_EQ(status_text("0xc000006a"), "wrong password");
  EXPECT_EQ(status_text("3221225578"), "wrong password");
  EXPECT_EQ(status_text("0xC00FFFFF"), "");
  EXPECT_EQ(status_text("0xC000006A0"), "");
  EXPECT_EQ(kerberos_text("0x18"), "wrong password");
  EXPECT_EQ(kerberos_text(""), "");
  EXPECT_EQ(logon_type("10"), "RDP");
  EXPECT_EQ(logon_type("x"), "");
  EXPECT_EQ(encryption_type("0x17"), "RC4");
  EXPECT_EQ(protocol_text("6"), "tcp");
}

TEST(Codes, SidsOfEveryMachineAndEveryDomain) {
  EXPECT_EQ(sid_text("S-1-5-18"), "SYSTEM");
  EXPECT_EQ(sid_text("s-1-5-32-544"), "Administrators");
  EXPECT_EQ(sid_text("S-1-5-21-1-2-3-512"), "Domain Admins");
  EXPECT_EQ(sid_text("S-1-5-21-1-2-3-1104"), "");
  EXPECT_EQ(sid_text("S-1-5-21-1-512"), "");
  EXPECT_EQ(sid_text("S-1-5-21-"), "");
  EXPECT_EQ(sid_text(""), "");
}

TEST(Codes, AccessMasksAndDirectoryRights) {
  EXPECT_EQ(process_access("0x1fffff"), "ALL_ACCESS");
  EXPECT_EQ(process_access("0x1F0FFF"), "ALL_ACCESS");
  EXPECT_EQ(process_access("0x1410"), "VM_READ, QUERY, QUERY_LIMITED");
  EXPECT_EQ(process_access("zz"), "");
  EXPECT_EQ(directory_right("{1131F6AD-9C07-11D1-F79F-00C04FC2DCD2}"), "replicate all directory changes (secrets)");
  EXPECT_EQ(directory_right("{}"), "");
}

}  // namespace
}  // namespace sil::report
