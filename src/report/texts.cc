#include "report/texts.h"

#include <iterator>
#include <utility>

#include "report/display.h"

namespace sil::report {
namespace {

struct Entry {
  Text which;
  const char* english;
  const char* french;
};

constexpr Entry kTexts[] = {
    {Text::kReport, "Investigation report", "Rapport d\u2019enqu\u00eate"},
    {Text::kCreated, "created", "cr\u00e9\u00e9 le"},
    {Text::kMadeBy, "made by silhouette", "produit par silhouette"},
    {Text::kSources, "sources", "sources"},
    {Text::kSource, "source", "source"},
    {Text::kEvents, "events", "\u00e9v\u00e9nements"},
    {Text::kFindings, "findings", "constats"},
    {Text::kAnomalies, "anomalies", "anomalies"},
    {Text::kHosts, "hosts", "machines"},
    {Text::kHost, "host", "machine"},
    {Text::kRules, "rules", "r\u00e8gles"},
    {Text::kRule, "rule", "r\u00e8gle"},
    {Text::kRead, "read", "lus"},
    {Text::kPeriod, "period of the findings", "p\u00e9riode des constats"},
    {Text::kTimesIn, "times in", "heures en"},
    {Text::kOverTime, "Findings over time", "Constats dans le temps"},
    {Text::kSteps, "What stands out", "Ce qui ressort"},
    {Text::kStepsAbout, "The highest levels, one line a rule and host, in the order of time.",
     "Les niveaux les plus \u00e9lev\u00e9s, une ligne par r\u00e8gle et machine, dans l\u2019ordre du "
     "temps."},
    {Text::kByRule, "Findings by rule", "Constats par r\u00e8gle"},
    {Text::kByHost, "By host", "Par machine"},
    {Text::kFilter, "filter: program, account, host, rule \u2026",
     "filtrer\u202f: programme, compte, machine, r\u00e8gle\u2026"},
    {Text::kAllHosts, "all hosts", "toutes les machines"},
    {Text::kTime, "time", "heure"},
    {Text::kWhat, "what happened", "ce qui s\u2019est pass\u00e9"},
    {Text::kLevel, "level", "niveau"},
    {Text::kFirst, "first", "premier"},
    {Text::kLast, "last", "dernier"},
    {Text::kCount, "count", "nombre"},
    {Text::kField, "field", "champ"},
    {Text::kValue, "value", "valeur"},
    {Text::kSelection, "selection", "s\u00e9lection"},
    {Text::kCitation, "bytes", "octets"},
    {Text::kOffset, "offset", "position"},
    {Text::kLength, "length", "longueur"},
    {Text::kDigestOfRecord, "SHA-256 of these bytes", "SHA-256 de ces octets"},
    {Text::kMissing, "fields this log does not carry", "champs absents de ce journal"},
    {Text::kJoined, "joined parts", "parties jointes"},
    {Text::kOnJoined, "on joined script blocks", "sur des scripts recompos\u00e9s"},
    {Text::kRecovered, "recovered", "r\u00e9cup\u00e9r\u00e9"},
    {Text::kOnRecovered, "on recovered records", "sur des enregistrements r\u00e9cup\u00e9r\u00e9s"},
    {Text::kBroughtBack, "more recovered", "de plus par r\u00e9cup\u00e9ration"},
    {Text::kRecord, "record", "enregistrement"},
    {Text::kPath, "path", "chemin"},
    {Text::kSize, "size", "taille"},
    {Text::kFormat, "format", "format"},
    {Text::kAlsoAt, "also at", "aussi \u00e0"},
    {Text::kKind, "kind", "genre"},
    {Text::kExpected, "expected", "attendu"},
    {Text::kFound, "found", "trouv\u00e9"},
    {Text::kLoaded, "rules loaded", "r\u00e8gles charg\u00e9es"},
    {Text::kRefused, "refused", "refus\u00e9es"},
    {Text::kReason, "reason", "raison"},
    {Text::kShownOf, "shown, the earliest of", "montr\u00e9s, les premiers de"},
    {Text::kMoreRules, "Further rules, counted only", "Autres r\u00e8gles, seulement compt\u00e9es"},
    {Text::kNothing, "none", "aucun"},
    {Text::kNoAnomalies, "No damage met.", "Aucun dommage rencontr\u00e9."},
    {Text::kHowToCheck, "Checking a citation by hand", "V\u00e9rifier une citation \u00e0 la main"},
    {Text::kCheckAbout,
     "Offsets count in the innermost raw bytes of a source, after decompression. This prints the digest that "
     "stands "
     "beside a finding:",
     "Les positions comptent dans les octets bruts de la source, apr\u00e8s d\u00e9compression. Ceci affiche "
     "l\u2019empreinte donn\u00e9e avec un constat\u202f:"},
    {Text::kUnreadable, "records could not be read", "enregistrements illisibles"},
    {Text::kOutside, "findings lie outside the picture", "constats hors de l\u2019image"},
    {Text::kTimeless, "findings state no time", "constats sans heure"},
    {Text::kTags, "tags", "\u00e9tiquettes"},
    {Text::kReferences, "references", "r\u00e9f\u00e9rences"},
    {Text::kNoTime, "no time", "sans heure"},
    {Text::kOf, "of", "de"},
    {Text::kBytesRead, "read in", "lus dans"},
    {Text::kCountedOnly, "of lower levels, counted only", "de niveaux inf\u00e9rieurs, seulement compt\u00e9s"},
    {Text::kMoreSteps, "more in the report", "de plus dans le rapport"},
    {Text::kReportLies, "report", "rapport"},
    {Text::kDamage, "damage", "dommages"},
    {Text::kAnd, "and", "et"},
    {Text::kUnknownFiles, "files of unknown format passed over",
     "fichiers de format inconnu laiss\u00e9s de c\u00f4t\u00e9"},
    {Text::kUnknownTexts, "texts of unknown format passed over, which --as lines reads:",
     "textes de format inconnu laiss\u00e9s de c\u00f4t\u00e9, que lit --as lines\u202f:"},
    {Text::kNoFindings, "No rule matched. That is no proof of absence: see which logs were read.",
     "Aucune r\u00e8gle n\u2019a correspondu. Ce n\u2019est pas une preuve d\u2019absence\u202f: voir les "
     "journaux lus."},
    {Text::kPerBar, "one bar", "une barre"},
    {Text::kMoreSources, "further sources, counted only", "autres sources, seulement compt\u00e9es"},
    {Text::kHighestBar, "highest", "la plus haute"},
    {Text::kDay, "d", "j"},
};
constexpr bool in_order() {
  for (size_t i = 0; i < std::size(kTexts); ++i) {
    if (kTexts[i].which != static_cast<Text>(i)) return false;
  }
  return std::size(kTexts) == static_cast<size_t>(Text::kTextCount);
}
static_assert(in_order());  // the enumeration is the index

constexpr const char* kLevelsFrench[] = {"information", "bas", "moyen", "haut", "critique"};

constexpr std::pair<std::string_view, const char*> kAnomaliesFrench[] = {
    {"unreadable", "illisible"},
    {"file-header", "en-t\u00eate de fichier"},
    {"chunk-header", "en-t\u00eate de bloc"},
    {"checksum", "somme de contr\u00f4le"},
    {"truncated", "fichier tronqu\u00e9"},
    {"shrunk", "fichier raccourci"},
    {"foreign-bytes", "octets \u00e9trangers"},
    {"trailer", "taille contradictoire"},
    {"closure", "structure mal ferm\u00e9e"},
    {"value-damage", "valeur endommag\u00e9e"},
    {"inner-nul", "NUL dans un texte"},
    {"limit", "limite atteinte"},
    {"time", "heure impossible"},
    {"duplicate-key", "cl\u00e9 en double"},
    {"container", "archive singuli\u00e8re"},
};

struct Sentence {
  std::string_view name;
  const char *one, *many;  // behind the number
  const char *french_one, *french_many;
};
constexpr Sentence kSentences[] = {
    {"unreadable", "place could not be decoded", "places could not be decoded",
     "endroit n\u2019a pas pu \u00eatre d\u00e9cod\u00e9", "endroits n\u2019ont pas pu \u00eatre d\u00e9cod\u00e9s"},
    {"file-header", "file header contradicts itself", "file headers contradict themselves",
     "en-t\u00eate de fichier se contredit", "en-t\u00eates de fichier se contredisent"},
    {"chunk-header", "chunk header contradicts itself", "chunk headers contradict themselves",
     "en-t\u00eate de bloc se contredit", "en-t\u00eates de bloc se contredisent"},
    {"checksum", "checksum does not hold", "checksums do not hold", "somme de contr\u00f4le est fausse",
     "sommes de contr\u00f4le sont fausses"},
    {"truncated", "file ends inside a structure", "files end inside a structure",
     "fichier finit au milieu d\u2019une structure", "fichiers finissent au milieu d\u2019une structure"},
    {"shrunk", "file became shorter while it was read", "files became shorter while they were read",
     "fichier a raccourci pendant la lecture", "fichiers ont raccourci pendant la lecture"},
    {"foreign-bytes", "stretch of bytes belongs to no log", "stretches of bytes belong to no log",
     "suite d\u2019octets n\u2019appartient \u00e0 aucun journal",
     "suites d\u2019octets n\u2019appartiennent \u00e0 aucun journal"},
    {"trailer", "record states two sizes", "records state two sizes", "enregistrement indique deux tailles",
     "enregistrements indiquent deux tailles"},
    {"closure", "structure does not end where it says", "structures do not end where they say",
     "structure ne finit pas o\u00f9 elle le dit", "structures ne finissent pas o\u00f9 elles le disent"},
    {"value-damage", "value cannot be what its type says", "values cannot be what their types say",
     "valeur ne peut \u00eatre de son type", "valeurs ne peuvent \u00eatre de leur type"},
    {"inner-nul", "text goes on behind its end", "texts go on behind their end", "texte continue apr\u00e8s sa fin",
     "textes continuent apr\u00e8s leur fin"},
    {"limit", "limit was reached", "limits were reached", "limite a \u00e9t\u00e9 atteinte",
     "limites ont \u00e9t\u00e9 atteintes"},
    {"time", "time cannot be", "times cannot be", "heure est impossible", "heures sont impossibles"},
    {"duplicate-key", "object names a key twice", "objects name a key twice", "objet nomme deux fois une cl\u00e9",
     "objets nomment deux fois une cl\u00e9"},
    {"container", "archive has something odd", "archives have something odd", "archive a une particularit\u00e9",
     "archives ont une particularit\u00e9"},
};

}  // namespace

std::string anomaly_sentence(std::string_view name, uint64_t count, Language language) {
  std::string number = grouped(count, language) + ' ';
  for (const Sentence& sentence : kSentences) {
    if (sentence.name != name) continue;
    if (language == Language::kFrench) return number + (count < 2 ? sentence.french_one : sentence.french_many);
    return number + (count == 1 ? sentence.one : sentence.many);
  }
  return number + anomaly_word(name, language);
}

const char* text(Text which, Language language) {
  const Entry& entry = kTexts[static_cast<size_t>(which)];
  return language == Language::kFrench ? entry.french : entry.english;
}

const char* level_word(Level level, Language language) {
  return language == Language::kFrench ? kLevelsFrench[static_cast<size_t>(level)] : level_name(level);
}

std::string anomaly_word(std::string_view name, Language language) {
  if (language == Language::kFrench) {
    for (const auto& [english, french] : kAnomaliesFrench) {
      if (english == name) return french;
    }
  }
  return std::string(name);
}

}  // namespace sil::report
