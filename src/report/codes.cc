#include "report/codes.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "bytes/text.h"

namespace sil::report {
namespace {

struct Code {
  uint32_t number;
  const char* text;
};

constexpr Code kMessages[] = {
    // sorted
    {1537, "DELETE"},
    {1538, "READ_CONTROL"},
    {1539, "WRITE_DAC"},
    {1540, "WRITE_OWNER"},
    {1541, "SYNCHRONIZE"},
    {1542, "ACCESS_SYS_SEC"},
    {1601, "not used"},
    {1792, "<value changed>"},
    {1793, "<not set>"},
    {1794, "<never>"},
    {1795, "enabled"},
    {1796, "disabled"},
    {1797, "all"},
    {1798, "none"},
    {1801, "granted by"},
    {1802, "denied by"},
    {1803, "denied by integrity policy"},
    {1804, "granted by ownership"},
    {1805, "not granted"},
    {1806, "granted by NULL DACL"},
    {1807, "denied by empty DACL"},
    {1808, "granted by NULL security descriptor"},
    {1809, "unknown or unchecked"},
    {1810, "not granted for lack of access"},
    {1811, "granted by ACE on parent folder"},
    {1812, "denied by ACE on parent folder"},
    {1813, "granted by central access rule"},
    {1832, "Identification"},
    {1833, "Impersonation"},
    {1840, "Delegation"},
    {1842, "yes"},
    {1843, "no"},
    {1844, "system"},
    {1845, "not available"},
    {1846, "default"},
    {1872, "REG_NONE"},
    {1873, "REG_SZ"},
    {1874, "REG_EXPAND_SZ"},
    {1875, "REG_BINARY"},
    {1876, "REG_DWORD"},
    {1877, "REG_DWORD_BIG_ENDIAN"},
    {1878, "REG_LINK"},
    {1879, "REG_MULTI_SZ"},
    {1880, "REG_RESOURCE_LIST"},
    {1881, "REG_FULL_RESOURCE_DESCRIPTOR"},
    {1882, "REG_RESOURCE_REQUIREMENTS_LIST"},
    {1883, "REG_QWORD"},
    {1904, "value created"},
    {1905, "value modified"},
    {1906, "value deleted"},
    {1936, "default token"},
    {1937, "full token"},
    {1938, "limited token"},
    {2048, "account enabled"},
    {2050, "password required"},
    {2080, "account disabled"},
    {2082, "password not required"},
    {2084, "normal account"},
    {2089, "password does not expire"},
    {2304, "error during logon"},
    {2305, "account expired"},
    {2306, "Netlogon not active"},
    {2307, "account locked out"},
    {2308, "logon type not granted"},
    {2309, "password expired"},
    {2310, "account disabled"},
    {2311, "outside logon hours"},
    {2312, "not allowed on this computer"},
    {2313, "unknown user or wrong password"},
    {4416, "ReadData"},
    {4417, "WriteData"},
    {4418, "AppendData"},
    {4419, "ReadEA"},
    {4420, "WriteEA"},
    {4421, "Execute"},
    {4422, "DeleteChild"},
    {4423, "ReadAttributes"},
    {4424, "WriteAttributes"},
    {4432, "query value"},
    {4433, "set value"},
    {4434, "create sub-key"},
    {4435, "enumerate sub-keys"},
    {4436, "notify"},
    {4437, "create link"},
    {4480, "terminate process"},
    {4481, "create thread"},
    {4482, "set session id"},
    {4483, "memory operation"},
    {4484, "read process memory"},
    {4485, "write process memory"},
    {4486, "duplicate handle"},
    {4487, "create process"},
    {4488, "set quotas"},
    {4489, "set process information"},
    {4490, "query process information"},
    // SAM objects (MS-SAMR 2.2.1.3 to 2.2.1.7): each right is the object's first number plus its bit.
    {5376, "connect"},
    {5377, "shut down"},
    {5378, "initialize"},
    {5379, "create domain"},
    {5380, "enumerate domains"},
    {5381, "look up domain"},
    {5392, "read password policy"},
    {5393, "write password policy"},
    {5394, "read other parameters"},
    {5395, "write other parameters"},
    {5396, "create user"},
    {5397, "create group"},
    {5398, "create alias"},
    {5399, "get alias membership"},
    {5400, "list accounts"},
    {5401, "look up names"},
    {5402, "administer server"},
    {5408, "read group"},
    {5409, "write group"},
    {5410, "add member"},
    {5411, "remove member"},
    {5412, "list members"},
    {5424, "add member"},
    {5425, "remove member"},
    {5426, "list members"},
    {5427, "read alias"},
    {5428, "write alias"},
    {5440, "read general"},
    {5441, "read preferences"},
    {5442, "write preferences"},
    {5443, "read logon"},
    {5444, "read account"},
    {5445, "write account"},
    {5446, "change password"},
    {5447, "set password"},
    {5448, "list groups"},
    {5449, "read membership"},
    {5450, "write membership"},
    {7680, "create child"},
    {7681, "delete child"},
    {7682, "list contents"},
    {7683, "write self"},
    {7684, "read property"},
    {7685, "write property"},
    {7686, "delete tree"},
    {7687, "list object"},
    {7688, "control access"},
    {8272, "System"},
    {8273, "Logon/Logoff"},
    {8274, "Object Access"},
    {8275, "Privilege Use"},
    {8276, "Detailed Tracking"},
    {8277, "Policy Change"},
    {8278, "Account Management"},
    {8279, "DS Access"},
    {8280, "Account Logon"},
    {8448, "success removed"},
    {8449, "success added"},
    {8450, "failure removed"},
    {8451, "failure added"},
    {12288, "Security State Change"},
    {12289, "Security System Extension"},
    {12290, "System Integrity"},
    {12291, "IPsec Driver"},
    {12292, "Other System Events"},
    {12544, "Logon"},
    {12545, "Logoff"},
    {12546, "Account Lockout"},
    {12547, "IPsec Main Mode"},
    {12548, "Special Logon"},
    {12549, "IPsec Quick Mode"},
    {12550, "IPsec Extended Mode"},
    {12551, "Other Logon/Logoff"},
    {12552, "Network Policy Server"},
    {12800, "File System"},
    {12801, "Registry"},
    {12802, "Kernel Object"},
    {12803, "SAM"},
    {12804, "Other Object Access"},
    {12805, "Certification Services"},
    {12806, "Application Generated"},
    {12807, "Handle Manipulation"},
    {12808, "File Share"},
    {12809, "Filtering Platform Packet Drop"},
    {12810, "Filtering Platform Connection"},
    {12811, "Detailed File Share"},
    {12812, "Removable Storage"},
    {12813, "Central Policy Staging"},
    {13056, "Sensitive Privilege Use"},
    {13057, "Non Sensitive Privilege Use"},
    {13312, "Process Creation"},
    {13313, "Process Termination"},
    {13314, "DPAPI Activity"},
    {13315, "RPC Events"},
    {13568, "Audit Policy Change"},
    {13569, "Authentication Policy Change"},
    {13570, "Authorization Policy Change"},
    {13571, "MPSSVC Rule-Level Policy Change"},
    {13572, "Filtering Platform Policy Change"},
    {13573, "Other Policy Change"},
    {13824, "User Account Management"},
    {13825, "Computer Account Management"},
    {13826, "Security Group Management"},
    {13827, "Distribution Group Management"},
    {13828, "Application Group Management"},
    {13829, "Other Account Management"},
    {14080, "Directory Service Access"},
    {14081, "Directory Service Changes"},
    {14082, "Directory Service Replication"},
    {14083, "Detailed Directory Service Replication"},
    {14336, "Credential Validation"},
    {14337, "Kerberos Service Ticket Operations"},
    {14338, "Other Account Logon"},
    {14339, "Kerberos Authentication Service"},
    {14592, "inbound"},
    {14593, "outbound"},
    {14608, "resource assignment"},
    {14609, "listen"},
    {14610, "receive/accept"},
    {14611, "connect"},
    {14674, "value added"},
    {14675, "value deleted"},
    {14676, "Active Directory Domain Services"},
};

constexpr Code kLogonTypes[] = {
    {0, "system"},      {2, "interactive"},         {3, "network"},         {4, "batch"}, {5, "service"},
    {7, "unlock"},      {8, "network, clear text"}, {9, "new credentials"}, {10, "RDP"},  {11, "cached interactive"},
    {12, "cached RDP"}, {13, "cached unlock"},
};

constexpr Code kStatus[] = {
    {0x00000000, "success"},
    {0xC0000001, "unsuccessful"},
    {0xC0000008, "invalid handle"},
    {0xC000000D, "invalid parameter"},
    {0xC0000022, "access denied"},
    {0xC0000034, "object not found"},
    {0xC000003A, "path not found"},
    {0xC0000043, "sharing violation"},
    {0xC000005E, "no logon server"},
    {0xC0000061, "privilege not held"},
    {0xC0000064, "no such user"},
    {0xC0000065, "member of group"},
    {0xC000006A, "wrong password"},
    {0xC000006B, "password malformed"},
    {0xC000006C, "password policy"},
    {0xC000006D, "unknown user or wrong password"},
    {0xC000006E, "account restriction"},
    {0xC000006F, "outside logon hours"},
    {0xC0000070, "not allowed on this computer"},
    {0xC0000071, "password expired"},
    {0xC0000072, "account disabled"},
    {0xC00000BB, "not supported"},
    {0xC00000DC, "server in wrong state"},
    {0xC0000133, "clocks too far apart"},
    {0xC000015B, "logon type not granted"},
    {0xC000018A, "no trust secret"},
    {0xC000018B, "no trust account"},
    {0xC000018C, "trust relationship failed"},
    {0xC000018D, "trust relationship of this computer failed"},
    {0xC0000190, "trust failure"},
    {0xC0000192, "Netlogon not started"},
    {0xC0000193, "account expired"},
    {0xC0000198, "interdomain trust account"},
    {0xC0000199, "computer account used"},
    {0xC000019B, "server trust account"},
    {0xC0000224, "password must be changed"},
    {0xC0000225, "not found"},
    {0xC0000234, "account locked out"},
    {0xC00002EE, "error during logon"},
    {0xC0000371, "no credentials at the domain controller"},
    {0xC0000380, "wrong smart card PIN"},
    {0xC0000381, "smart card blocked"},
    {0xC0000388, "downgrade detected"},
    {0xC0000413, "authentication firewall"},
};

constexpr Code kKerberos[] = {
    {0x0, "success"},
    {0x1, "client entry expired"},
    {0x2, "server entry expired"},
    {0x3, "version not supported"},
    {0x4, "client key too old"},
    {0x5, "server key too old"},
    {0x6, "no such user"},
    {0x7, "no such service"},
    {0x8, "principal not unique"},
    {0x9, "no key"},
    {0xA, "cannot be postdated"},
    {0xB, "never valid"},
    {0xC, "denied by policy"},
    {0xD, "option not possible"},
    {0xE, "encryption type not supported"},
    {0xF, "checksum type not supported"},
    {0x10, "pre-authentication type not supported"},
    {0x11, "transited not supported"},
    {0x12, "account disabled, expired or locked"},
    {0x13, "service revoked"},
    {0x14, "TGT revoked"},
    {0x15, "client not yet valid"},
    {0x16, "service not yet valid"},
    {0x17, "password expired"},
    {0x18, "wrong password"},
    {0x19, "pre-authentication required"},
    {0x1A, "ticket for another server"},
    {0x1B, "user-to-user required"},
    {0x1D, "service unavailable"},
    {0x1F, "integrity check failed"},
    {0x20, "ticket expired"},
    {0x21, "ticket not yet valid"},
    {0x22, "replay"},
    {0x23, "ticket not for us"},
    {0x24, "ticket and authenticator differ"},
    {0x25, "clocks too far apart"},
    {0x26, "wrong address"},
    {0x27, "version mismatch"},
    {0x28, "wrong message type"},
    {0x29, "message modified"},
    {0x2A, "message out of order"},
    {0x2C, "key version not available"},
    {0x2D, "service key not available"},
    {0x2E, "mutual authentication failed"},
    {0x2F, "wrong direction"},
    {0x30, "alternative method required"},
    {0x31, "wrong sequence number"},
    {0x32, "checksum type inappropriate"},
    {0x34, "too big for UDP"},
    {0x3C, "error"},
    {0x3D, "field too long"},
    {0x3E, "client certificate not trusted"},
    {0x3F, "KDC not trusted"},
    {0x40, "invalid signature"},
    {0x41, "key too weak"},
    {0x42, "certificate mismatch"},
    {0x43, "no TGT"},
    {0x44, "wrong realm"},
};

constexpr Code kEncryption[] = {{1, "DES-CBC-CRC"},    {3, "DES-CBC-MD5"},    {17, "AES128"}, {18, "AES256"},
                                {19, "AES128-SHA256"}, {20, "AES256-SHA384"}, {23, "RC4"},    {24, "RC4-EXP"}};
constexpr Code kProtocols[] = {{1, "icmp"},  {2, "igmp"}, {6, "tcp"},  {17, "udp"},
                               {41, "ipv6"}, {47, "gre"}, {50, "esp"}, {58, "icmpv6"}};

constexpr Code kWin32[] = {{1, "incorrect function"},
                           {2, "file not found"},
                           {3, "path not found"},
                           {5, "access denied"},
                           {8, "out of memory"},
                           {20, "unit not found"},
                           {21, "device not ready"},
                           {31, "device not functioning"},
                           {87, "wrong parameter"},
                           {193, "no valid program"},
                           {1053, "no answer in time"},
                           {1056, "already running"},
                           {1058, "service disabled"},
                           {1060, "no such service"},
                           {1062, "not started"},
                           {1064, "exception in the service"},
                           {1066, "error of the service's own"},
                           {1067, "process ended unexpectedly"},
                           {1068, "a service it depends on failed"},
                           {1069, "logon of its account failed"},
                           {1072, "marked for deletion"},
                           {1075, "a service it depends on is missing"},
                           {1077, "never started since boot"},
                           {1115, "system is shutting down"},
                           {1290, "conflict of service SID types"},
                           {1747, "unknown authentication service"}};

constexpr Code kDefenderActions[] = {{1, "cleaned"},         {2, "quarantined"}, {3, "removed"}, {6, "allowed"},
                                     {8, "as the user set"}, {9, "no action"},   {10, "blocked"}};

struct Sid {
  std::string_view sid;
  const char* text;
};
constexpr Sid kSids[] = {
    {"S-1-0-0", "Nobody"},
    {"S-1-1-0", "Everyone"},
    {"S-1-2-0", "Local"},
    {"S-1-2-1", "Console Logon"},
    {"S-1-3-0", "Creator Owner"},
    {"S-1-3-1", "Creator Group"},
    {"S-1-3-4", "Owner Rights"},
    {"S-1-5-1", "Dialup"},
    {"S-1-5-2", "Network"},
    {"S-1-5-3", "Batch"},
    {"S-1-5-4", "Interactive"},
    {"S-1-5-6", "Service"},
    {"S-1-5-7", "ANONYMOUS LOGON"},
    {"S-1-5-9", "Enterprise Domain Controllers"},
    {"S-1-5-10", "Self"},
    {"S-1-5-11", "Authenticated Users"},
    {"S-1-5-12", "Restricted Code"},
    {"S-1-5-13", "Terminal Server Users"},
    {"S-1-5-14", "Remote Interactive Logon"},
    {"S-1-5-15", "This Organization"},
    {"S-1-5-17", "IUSR"},
    {"S-1-5-18", "SYSTEM"},
    {"S-1-5-19", "LOCAL SERVICE"},
    {"S-1-5-20", "NETWORK SERVICE"},
    {"S-1-5-113", "Local account"},
    {"S-1-5-114", "Local account and member of Administrators"},
    {"S-1-5-32-544", "Administrators"},
    {"S-1-5-32-545", "Users"},
    {"S-1-5-32-546", "Guests"},
    {"S-1-5-32-547", "Power Users"},
    {"S-1-5-32-548", "Account Operators"},
    {"S-1-5-32-549", "Server Operators"},
    {"S-1-5-32-550", "Print Operators"},
    {"S-1-5-32-551", "Backup Operators"},
    {"S-1-5-32-552", "Replicators"},
    {"S-1-5-32-554", "Pre-Windows 2000 Compatible Access"},
    {"S-1-5-32-555", "Remote Desktop Users"},
    {"S-1-5-32-556", "Network Configuration Operators"},
    {"S-1-5-32-557", "Incoming Forest Trust Builders"},
    {"S-1-5-32-558", "Performance Monitor Users"},
    {"S-1-5-32-559", "Performance Log Users"},
    {"S-1-5-32-560", "Windows Authorization Access Group"},
    {"S-1-5-32-561", "Terminal Server License Servers"},
    {"S-1-5-32-562", "Distributed COM Users"},
    {"S-1-5-32-568", "IIS_IUSRS"},
    {"S-1-5-32-569", "Cryptographic Operators"},
    {"S-1-5-32-573", "Event Log Readers"},
    {"S-1-5-32-574", "Certificate Service DCOM Access"},
    {"S-1-5-32-575", "RDS Remote Access Servers"},
    {"S-1-5-32-576", "RDS Endpoint Servers"},
    {"S-1-5-32-577", "RDS Management Servers"},
    {"S-1-5-32-578", "Hyper-V Administrators"},
    {"S-1-5-32-579", "Access Control Assistance Operators"},
    {"S-1-5-32-580", "Remote Management Users"},
    {"S-1-5-64-10", "NTLM Authentication"},
    {"S-1-5-64-14", "SChannel Authentication"},
    {"S-1-5-64-21", "Digest Authentication"},
    {"S-1-5-80-0", "All Services"},
    {"S-1-16-0", "Untrusted integrity"},
    {"S-1-16-4096", "Low integrity"},
    {"S-1-16-8192", "Medium integrity"},
    {"S-1-16-8448", "Medium plus integrity"},
    {"S-1-16-12288", "High integrity"},
    {"S-1-16-16384", "System integrity"},
    {"S-1-16-20480", "Protected process integrity"},
};
constexpr Code kDomainRids[] = {
    {498, "Enterprise Read-only Domain Controllers"},
    {500, "Administrator"},
    {501, "Guest"},
    {502, "krbtgt"},
    {503, "DefaultAccount"},
    {512, "Domain Admins"},
    {513, "Domain Users"},
    {514, "Domain Guests"},
    {515, "Domain Computers"},
    {516, "Domain Controllers"},
    {517, "Cert Publishers"},
    {518, "Schema Admins"},
    {519, "Enterprise Admins"},
    {520, "Group Policy Creator Owners"},
    {521, "Read-only Domain Controllers"},
    {522, "Cloneable Domain Controllers"},
    {525, "Protected Users"},
    {526, "Key Admins"},
    {527, "Enterprise Key Admins"},
    {553, "RAS and IAS Servers"},
    {571, "Allowed RODC Password Replication Group"},
    {572, "Denied RODC Password Replication Group"},
};

constexpr Code kProcessRights[] = {
    // MS winnt.h PROCESS_*
    {0x0001, "TERMINATE"},       {0x0002, "CREATE_THREAD"}, {0x0008, "VM_OPERATION"},   {0x0010, "VM_READ"},
    {0x0020, "VM_WRITE"},        {0x0040, "DUP_HANDLE"},    {0x0080, "CREATE_PROCESS"}, {0x0100, "SET_QUOTA"},
    {0x0200, "SET_INFORMATION"}, {0x0400, "QUERY"},         {0x0800, "SUSPEND_RESUME"}, {0x1000, "QUERY_LIMITED"},
};

struct Right {
  std::string_view guid;
  const char* text;
};
constexpr Right kRights[] = {
    {"1131f6aa-9c07-11d1-f79f-00c04fc2dcd2", "replicate directory changes"},
    {"1131f6ad-9c07-11d1-f79f-00c04fc2dcd2", "replicate all directory changes (secrets)"},
    {"89e95b76-444d-4c62-991a-0facbeda640c", "replicate filtered directory changes"},
    {"1131f6ab-9c07-11d1-f79f-00c04fc2dcd2", "synchronise replication"},
    {"1131f6ac-9c07-11d1-f79f-00c04fc2dcd2", "manage replication topology"},
    {"9923a32a-3607-11d2-b9be-0000f87a36b2", "install a replica"},
    {"00299570-246d-11d0-a768-00aa006e0529", "reset a password"},
    {"ab721a53-1e2f-11d0-9819-00aa0040529b", "change a password"},
    {"e48d0154-bcf8-11d1-8702-00c04fb96050", "public information"},
    {"5b47d60f-6090-40b2-9f37-2a4de88f3063", "msDS-KeyCredentialLink"},
    {"3f78c3e5-f79a-46bd-a0b8-9d18116ddc79", "msDS-AllowedToActOnBehalfOfOtherIdentity"},
    {"f3a64788-5306-11d1-a9c5-0000f80367c1", "servicePrincipalName"},
    {"bf9679c0-0de6-11d0-a285-00aa003049e2", "group membership"},
    {"b7ff5a38-0818-42b0-8110-d3d154c97f24", "msDS-KeyCredentialLink"},
};

bool parse_u32(std::string_view text, uint32_t* out) {
  int base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    text.remove_prefix(2);
    base = 16;
  }
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out, base);
  return error == std::errc() && !text.empty() && end == text.data() + text.size();
}

template <size_t kCount>
std::string look_up(const Code (&table)[kCount], std::string_view text) {
  uint32_t number = 0;
  if (!parse_u32(text, &number)) return {};
  for (const Code& code : table) {
    if (code.number == number) return code.text;
  }
  return {};
}

}  // namespace

std::string expand_codes(std::string_view text) {
  std::string out;
  bool after_code = false;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 2;
    if (text.substr(at, 2) == "%%") {
      while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    }
    std::string words = end > at + 2 ? look_up(kMessages, text.substr(at + 2, end - at - 2)) : "";
    if (!words.empty()) {
      if (after_code) out += ", ";
      out += words;
      after_code = true;
      at = end;
      while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) ++at;
      continue;
    }
    if (after_code) out += ' ';
    after_code = false;
    out += text[at++];
  }
  return out;
}

std::string logon_type(std::string_view number) {
  return look_up(kLogonTypes, number);
}
std::string status_text(std::string_view code) {
  return look_up(kStatus, code);
}
std::string kerberos_text(std::string_view code) {
  return look_up(kKerberos, code);
}
std::string encryption_type(std::string_view code) {
  return look_up(kEncryption, code);
}
std::string win32_text(std::string_view code) {
  if (code.starts_with("%%")) code.remove_prefix(2);
  return look_up(kWin32, code);
}
std::string defender_action(std::string_view id) {
  return look_up(kDefenderActions, id);
}
std::string protocol_text(std::string_view number) {
  return look_up(kProtocols, number);
}

std::string sid_text(std::string_view sid) {
  for (const Sid& known : kSids) {
    if (equal_folded(known.sid, sid)) return known.text;
  }
  // S-1-5-21-a-b-c-RID: a domain's or a computer's own.
  if (sid.size() < 9 || !equal_folded(sid.substr(0, 9), "S-1-5-21-")) return {};
  if (std::count(sid.begin(), sid.end(), '-') != 7) return {};
  return look_up(kDomainRids, sid.substr(sid.rfind('-') + 1));
}

std::string process_access(std::string_view mask) {
  uint32_t bits = 0;
  if (!parse_u32(mask, &bits)) return {};
  if ((bits & 0x1FFFFF) == 0x1FFFFF || (bits & 0x1F0FFF) == 0x1F0FFF) return "ALL_ACCESS";
  std::string out;
  for (const Code& right : kProcessRights) {
    if (!(bits & right.number)) continue;
    if (!out.empty()) out += ", ";
    out += right.text;
  }
  return out;
}

std::string directory_right(std::string_view guid) {
  if (!guid.empty() && guid.front() == '{') guid.remove_prefix(1);
  if (!guid.empty() && guid.back() == '}') guid.remove_suffix(1);
  for (const Right& right : kRights) {
    if (equal_folded(right.guid, guid)) return right.text;
  }
  return {};
}

}  // namespace sil::report
