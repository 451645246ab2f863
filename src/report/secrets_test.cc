#include "report/secrets.h"

#include <gtest/gtest.h>

namespace sil::report {
namespace {

struct Case {
  const char* in;
  const char* out;
};

TEST(Secrets, PasswordsInKnownCommandLinesAreMasked) {
  const Case kCases[] = {
      {R"(wmic /node:dc1 /user:corp\adm /password:S3cret! process list)",
       R"(wmic /node:dc1 /user:corp\adm /password:*** process list)"},
      {R"(wmic /node:"dc1" /password:"two words" os)", R"(wmic /node:"dc1" /password:"***" os)"},
      {R"(cmd /c "wmic /PASSWORD:abc")", R"(cmd /c "wmic /PASSWORD:***")"},
      {R"(net use \\fs1\c$ P@ss /user:corp\adm)", R"(net use \\fs1\c$ *** /user:corp\adm)"},
      {R"(net use x: \\fs1\c$ /user:corp\adm P@ss)", R"(net use x: \\fs1\c$ /user:corp\adm ***)"},
      {R"("C:\Windows\System32\net.exe" use \\fs1\c$ "P ss" /user:adm)",
       R"("C:\Windows\System32\net.exe" use \\fs1\c$ "***" /user:adm)"},
      {R"(C:\Windows\system32\net1 user backup Winter23 /add)", R"(C:\Windows\system32\net1 user backup *** /add)"},
      {R"(cmd.exe /c net user x y1 && net localgroup administrators x /add)",
       R"(cmd.exe /c net user x *** && net localgroup administrators x /add)"},
      {R"(cmd /c "net use \\h\s pw1" & echo done)", R"(cmd /c "net use \\h\s ***" & echo done)"},
      {R"(psexec.exe \\h -u corp\a -p Pw1 cmd)", R"(psexec.exe \\h -u corp\a -p *** cmd)"},
      {R"(rar a -hpSecret1 out.rar c:\x)", R"(rar a -hp*** out.rar c:\x)"},
      {R"(Rar.exe a -r -pSecret1 out.rar)", R"(Rar.exe a -r -p*** out.rar)"},
      {R"("C:\Program Files\7-Zip\7z.exe" a -pSecret1 x.7z)", R"("C:\Program Files\7-Zip\7z.exe" a -p*** x.7z)"},
      {R"(cmdkey /generic:h /user:u /pass:Pw)", R"(cmdkey /generic:h /user:u /pass:***)"},
      {R"(sqlcmd -S db -U sa -P Pw1 -Q "select 1")", R"(sqlcmd -S db -U sa -P *** -Q "select 1")"},
      {R"(plink.exe -ssh u@h -pw Pw1 -R 1:2:3)", R"(plink.exe -ssh u@h -pw *** -R 1:2:3)"},
      {R"(schtasks /create /s h /ru u /rp Pw1 /tn t)", R"(schtasks /create /s h /ru u /rp *** /tn t)"},
      {R"(sc \\h config svc obj= u password= Pw1)", R"(sc \\h config svc obj= u password= ***)"},
      {R"(curl -u admin:Pw1 https://h/)", R"(curl -u admin:*** https://h/)"},
      {R"(curl https://admin:Pw1@h/x)", R"(curl https://admin:***@h/x)"},
      {R"($p = ConvertTo-SecureString "Pw 1" -AsPlainText -Force)",
       R"($p = ConvertTo-SecureString "***" -AsPlainText -Force)"},
      {R"('Pw1' | ConvertTo-SecureString -AsPlainText -Force)",
       R"('***' | ConvertTo-SecureString -AsPlainText -Force)"},
      {R"($password = 'Pw1'; connect)", R"($password = '***'; connect)"},
      {R"(Server=db;User Id=sa;Password=Pw1;Database=x)", R"(Server=db;User Id=sa;Password=***;Database=x)"},
      {R"(ldifde -f x.txt -b adm corp Pw1 -p subtree)", R"(ldifde -f x.txt -b adm corp *** -p subtree)"},
      {R"(powershell -c "wmic /password:\"a b\" os")", R"(powershell -c "wmic /password:\"***\" os")"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(masked(c.in), c.out);
    EXPECT_EQ(masked(c.out), c.out) << "masking twice";
  }
}

TEST(Secrets, WhatIsNoPasswordStays) {
  for (const char* text : {R"(net use \\fs1\c$ /user:corp\adm)",
                           R"(net use * \\fs1\share * /user:adm)",
                           "net user",
                           "net user /domain",
                           "net user bob /domain",
                           R"(ping -n 1 -p 5 host)",
                           "tasklist /v",
                           R"(mkdir -p a/b)",
                           "sqlcmd -p -S db",
                           R"(reg save hklm\sam ss.dat)",
                           "$password = Read-Host",
                           "if ($password -eq $x) {}",
                           "password==x",
                           R"(C:\Windows\System32\svchost.exe -k netsvcs -p -s Schedule)",
                           R"(dotnet user xyz pw)",
                           "",
                           "Get-ADUser -Properties PasswordLastSet",
                           "ConvertTo-SecureString $cipher -Key $k",
                           "https://example.com:443/a@b",
                           R"(net start "Windows Time")"}) {
    EXPECT_EQ(masked(text), text);
  }
}

TEST(Secrets, HostileTextsDoNotHurt) {
  for (std::string text :
       {std::string("net use \\\\"), std::string("net use \\\\h \""), std::string("/password:"),
        std::string("/password:\""), std::string("curl -u "), std::string("rar -hp"), std::string("://@"),
        std::string("://:@x"), std::string("ldifde -b a b"), std::string("x | ConvertTo-SecureString -a"),
        std::string("password="), std::string("password= \\\""), std::string("net user a \0b c", 14)}) {
    masked(text);
    masked_json("{\"a\":\"" + text);
  }
  std::string many;
  for (int i = 0; i < 20000; ++i) many += "net use \\\\h\\s pw /user:u & ";
  EXPECT_EQ(masked(many).find(" pw "), std::string::npos);
}

TEST(Secrets, JsonKeepsItsStructure) {
  EXPECT_EQ(masked_json(R"({"a":"net use \\\\h\\s \"p w\" /user:u","b":[1,"x\ty"]})"),
            R"({"a":"net use \\\\h\\s \"***\" /user:u","b":[1,"x\ty"]})");
  EXPECT_EQ(masked_json(R"({"a":1})"), R"({"a":1})");
}

}  // namespace
}  // namespace sil::report
