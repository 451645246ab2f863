#include "flow/ledger_words.h"

#include <iterator>
#include <string_view>

#include "report/escape.h"

namespace sil::flow {
namespace {

using ledger::Did;
using ledger::News;
using report::Language;

struct Said {
  const char *english, *french;
};

// In the order of Did. {w} author, {s} subject, {c} claim, {o} other entry, {t} text.
constexpr Said kSaid[] = {
    {"{w} adds the key {s}", "{w} ajoute la cl\u00e9 {s}"},
    {"the key {s} is retired; what it signed before stays valid",
     "la cl\u00e9 {s} est mise hors service ; ce qu'elle a sign\u00e9 avant reste valable"},
    {"the key {s} is revoked; what it signed before stays valid",
     "la cl\u00e9 {s} est r\u00e9voqu\u00e9e ; ce qu'elle a sign\u00e9 avant reste valable"},
    {"{w} deposits a file ({s})", "{w} d\u00e9pose un fichier ({s})"},
    {"{w} commits to the records of deposit {c}, at most {o}",
     "{w} s'engage sur les enregistrements du d\u00e9p\u00f4t {c}, {o} au plus"},
    {"{w} claims: {t}", "{w} affirme : {t}"},
    {"{w} contests claim {c}: {t}", "{w} conteste l'affirmation {c} : {t}"},
    {"{w} endorses claim {c}", "{w} endosse l'affirmation {c}"},
    {"{w} endorses claim {c} with caveats: {t}", "{w} endosse l'affirmation {c} avec des r\u00e9serves : {t}"},
    {"{w} answers the contest of entry {o}: {t}", "{w} r\u00e9pond \u00e0 la contestation de l'entr\u00e9e {o} : {t}"},
    {"{w} revises claim {c} by claim {o}, reason: {t}",
     "{w} r\u00e9vise l'affirmation {c} par l'affirmation {o}, motif : {t}"},
    {"{w} retracts claim {c}, reason: {t}", "{w} retire l'affirmation {c}, motif : {t}"},
    {"{w} discloses claim {c}", "{w} divulgue l'affirmation {c}"},
    {"{w} has erased deposit {c}, of which nothing can be proved any more, reason: {t}",
     "{w} a effac\u00e9 le d\u00e9p\u00f4t {c}, dont plus rien ne peut \u00eatre prouv\u00e9, motif : {t}"},
    {"{s} by {w}", "{s} par {w}"},
    {"the key of {w} is not valid here", "la cl\u00e9 de {w} n'est pas valable ici"},
    {"the key of {w} is not valid here and cannot add another",
     "la cl\u00e9 de {w} n'est pas valable ici et ne peut pas en ajouter une autre"},
    {"the key {s} was added before", "la cl\u00e9 {s} a d\u00e9j\u00e0 \u00e9t\u00e9 ajout\u00e9e"},
    {"the name {s} belongs to another party, and {w} is not of it",
     "le nom {s} appartient \u00e0 une autre partie, dont {w} n'est pas"},
    {"no valid key to {s}", "pas de cl\u00e9 valable pour cela ({s})"},
    {"{w} may not retire or revoke the key {s}", "{w} ne peut ni mettre hors service ni r\u00e9voquer la cl\u00e9 {s}"},
    {"entry {c} is no claim", "l'entr\u00e9e {c} n'est pas une affirmation"},
    {"{w} is not the author of claim {c}", "{w} n'est pas l'auteur de l'affirmation {c}"},
    {"entry {o} is no contest", "l'entr\u00e9e {o} n'est pas une contestation"},
    {"entry {c} is no deposit of {w}", "l'entr\u00e9e {c} n'est pas un d\u00e9p\u00f4t de {w}"},
    {"{w} is not the author of what entry {o} contests", "{w} n'est pas l'auteur de ce que conteste l'entr\u00e9e {o}"},
    {"claim {o} is not younger than what it revises",
     "l'affirmation {o} n'est pas plus r\u00e9cente que celle qu'elle r\u00e9vise"},
    {"claim {c} is retracted, which is final", "l'affirmation {c} est retir\u00e9e, ce qui est d\u00e9finitif"},
    {"{t}", "{t}"},
};
static_assert(std::size(kSaid) == static_cast<size_t>(Did::kUnreadable) + 1);

std::string filled(std::string_view form, const News& news) {
  std::string out;
  while (!form.empty()) {
    const size_t open = std::min(form.find('{'), form.size());
    out += form.substr(0, open);
    form.remove_prefix(open);
    if (form.empty()) break;
    switch (form[1]) {
      case 'w': out += shown_line(news.who); break;
      case 's': out += shown_line(news.subject); break;
      case 'c': out += std::to_string(news.claim); break;
      case 'o': out += std::to_string(news.other); break;
      default: out += shown_line(news.text);
    }
    form.remove_prefix(3);
  }
  return out;
}

}  // namespace

std::string shown_line(std::string_view text) {
  std::string out;
  report::append_terminal(text, &out);
  return out;
}

std::string words(const News& news, Language language) {
  const bool french = language == Language::kFrench, effect = has_effect(news.did);
  std::string out = (!french ? "entry " : effect ? "entr\u00e9e " : "l'entr\u00e9e ") + std::to_string(news.index);
  if (!news.date.empty())
    out += (french ? " (dat\u00e9e par son auteur : " : " (dated by its author: ") + shown_line(news.date) + ")";
  out += french ? effect ? " : " : " est sans effet : " : effect ? ": " : " has no effect: ";
  const Said& said = kSaid[static_cast<size_t>(news.did)];
  return out + filled(french ? said.french : said.english, news);
}

}  // namespace sil::flow
