#include "model/field_names.h"

#include <gtest/gtest.h>

namespace sil {
namespace {

Layout layout() {
  Layout out;
  auto add = [&](const char* path, const char* name, Section section) {
    out.fields.push_back({path, name, section, static_cast<uint32_t>(out.fields.size()), -1, false});
  };
  add("Event.System.Provider.#attributes.Name", "Name", Section::kSystem);                      // 0
  add("Event.System.EventID", "EventID", Section::kSystem);                                     // 1
  add("Event.System.Execution.#attributes.ProcessID", "ProcessID", Section::kSystem);           // 2
  add("Event.EventData.ProcessId", "ProcessId", Section::kEventData);                           // 3
  add("Event.EventData.EventID", "EventID", Section::kEventData);                               // 4
  add("Event.EventData.Data", "Data", Section::kEventData);                                     // 5
  add("Event.EventData.Data", "Data", Section::kEventData);                                     // 6
  add("Event.UserData.LogFileCleared.SubjectUserName", "SubjectUserName", Section::kUserData);  // 7
  add("Event.System.Level", "Level", Section::kSystem);                                         // 8
  add("Event.EventData.Level", "Level", Section::kEventData);                                   // 9
  return out;
}

std::vector<uint32_t> places(std::string_view name) {
  std::vector<uint32_t> out;
  Layout l = layout();
  for (const FieldPlace& place : resolve_field(l, name)) out.push_back(place.field);
  return out;
}

TEST(FieldNames, SystemAliasesAndEventData) {
  EXPECT_EQ(places("EventID"), std::vector<uint32_t>{1});  // the header's, whatever EventData says
  EXPECT_EQ(places("Provider_Name"), std::vector<uint32_t>{0});
  EXPECT_EQ(places("SourceName"), std::vector<uint32_t>{0});
  EXPECT_EQ(places("ProcessId"), std::vector<uint32_t>{3});
  EXPECT_EQ(places("processid"), std::vector<uint32_t>{3});
  EXPECT_EQ(places("Execution_ProcessID"), std::vector<uint32_t>{2});
  EXPECT_EQ(places("Level"), std::vector<uint32_t>{9});  // EventData's own Level is what the rule's author saw
  EXPECT_TRUE(places("CommandLine").empty());
}

TEST(FieldNames, NamelessDataIsOneFieldWithManyMembersAndNumbered) {
  EXPECT_EQ(places("Data"), (std::vector<uint32_t>{5, 6}));
  EXPECT_EQ(places("param2"), std::vector<uint32_t>{6});
  EXPECT_EQ(places("Data[1]"), std::vector<uint32_t>{5});
  EXPECT_TRUE(places("Data[3]").empty());
}

TEST(FieldNames, UserDataByLeafAndFullPath) {
  EXPECT_EQ(places("SubjectUserName"), std::vector<uint32_t>{7});
  EXPECT_EQ(places("Event.UserData.LogFileCleared.SubjectUserName"), std::vector<uint32_t>{7});
}

TEST(FieldNames, PathsInsideContainersKeepTheRest) {
  Layout l;
  l.fields.push_back({"userIdentity", "userIdentity", Section::kOther, 0, -1, false});
  auto found = resolve_field(l, "userIdentity.sessionContext.mfa");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].inside, "sessionContext.mfa");
}

// An alias list takes the first name that the layout has: an object that was taken apart has no further names.
TEST(FieldNames, AnObjectWhoseMembersAreFieldsHidesNothing) {
  Layout l;
  l.fields.push_back({"properties", "properties", Section::kOther, 0, -1, false});
  l.fields.push_back({"properties.result", "result", Section::kOther, 1, -1, false});
  EXPECT_TRUE(resolve_field(l, "properties.message").empty());
  EXPECT_EQ(resolve_field(l, "properties.result").size(), 1u);
}

TEST(EventView, NullDependencyAndOptionalAttribute) {
  Layout l;
  l.fields.push_back({"a", "a", Section::kOther, 0, 1, false});
  l.fields.push_back({"b", "b", Section::kOther, 1, -1, true});
  l.fields.push_back({"c", "c", Section::kOther, 1, -1, false});
  Value values[2] = {utf8_value("x"), Value{nullptr, 0, ValueKind::kNull, ValueKind::kAbsent}};
  Event event;
  event.layout = &l;
  event.values = values;
  EXPECT_EQ(event.find("a").kind, ValueKind::kAbsent);
  EXPECT_EQ(event.find("b").kind, ValueKind::kAbsent);
  EXPECT_EQ(event.value(l.fields[2]).kind, ValueKind::kNull);
}

}  // namespace
}  // namespace sil
