#include "tools/learnsql/edition_settings.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/base/suggest.h"
#include "engine/model/header.h"

namespace learnsql {
namespace {

// "email: hash, *: drop".
Status ReadPii(const Settings& settings, const std::string& section,
               Edition* edition) {
  for (const std::string& part : SplitList(settings.Get(section, "pii"), ",")) {
    const size_t colon = std::min(part.find(':'), part.size());
    const std::string name = TrimBlanks(part.substr(0, colon));
    const std::string rule =
        colon < part.size() ? TrimBlanks(part.substr(colon + 1)) : "";
    constexpr std::array<std::string_view, 3> kRules = {"keep", "drop", "hash"};
    const auto at = std::find(kRules.begin(), kRules.end(), rule);
    if (at == kRules.end() || name.empty()) {
      return settings.Wrong(section, "pii",
                            "write CLASS: keep, drop or hash, such as "
                            "email: hash, *: drop");
    }
    const auto chosen = static_cast<PiiRule>(at - kRules.begin());
    if (name == "*") {
      edition->other_pii = chosen;
    } else {
      edition->pii[name] = chosen;
    }
  }
  return {};
}

// "dim_learners: cohort = 'A'; fct_exams: score > 0".
Status ReadRows(const Settings& settings, const std::string& section,
                Edition* edition) {
  for (const std::string& part :
       SplitList(settings.Get(section, "rows"), ";")) {
    const size_t colon = part.find(':');
    if (colon == std::string::npos) {
      return settings.Wrong(section, "rows",
                            "write TABLE: CONDITION; TABLE: CONDITION");
    }
    edition->rows[TrimBlanks(part.substr(0, colon))] =
        TrimBlanks(part.substr(colon + 1));
  }
  return {};
}

Result<size_t> GetCount(const Settings& settings, const std::string& section,
                        const std::string& key) {
  const std::string& text = settings.Get(section, key);
  size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end && number <= 1000) return number;
  return settings.Wrong(section, key, "write a number from 0 to 1000");
}

bool HashesAnything(const Edition& edition) {
  return edition.other_pii == PiiRule::kHash ||
         std::any_of(
             edition.pii.begin(), edition.pii.end(),
             [](const auto& rule) { return rule.second == PiiRule::kHash; });
}

Status ReadKey(const Invocation& call, const std::string& section,
               Edition* edition) {
  constexpr size_t kMinKey = 16;
  if (!HashesAnything(*edition)) return {};
  const std::string& variable = call.settings.Get(section, "key_env");
  const Result<Secret> key = call.settings.GetSecret(variable);
  if (key.ok() && key->Reveal().size() >= kMinKey) {
    edition->hash_key = key->Reveal();
    return {};
  }
  return Status(Code::kInvalid,
                "[" + section + "] hashes, and " + variable +
                    (key.ok() ? " is shorter than 16 characters"
                              : " is neither in the environment nor in .env") +
                    "; 'openssl rand -hex 32' makes a key");
}

Status UnknownEdition(const Invocation& call, const std::string& name) {
  std::vector<std::string> known;
  for (const std::string& section : call.settings.sections()) {
    if (section.starts_with("edition.")) known.push_back(section.substr(8));
  }
  return Status(Code::kUsage, "there is no [edition." + name +
                                  "] in learnsql.ini" +
                                  DidYouMean(name, known));
}

}  // namespace

SectionSpec PublishSection() {
  return {"publish",
          false,
          {{"file", "",
            "where 'learnsql refresh' publishes the whole, beside this file "
            "unless the path is absolute; empty: it does not"},
           {"keep", "3", "files of before that stay, as FILE.1, FILE.2, ..."},
           {"compress", "none",
            "none, gzip or zstd: a compressed copy beside the file"},
           {"on_publish", "",
            "a shell command to run once the file is in place; LEARNSQL_FILE "
            "names it, LEARNSQL_FILE_CHANGED is 0 where it has the bytes of "
            "before"}}};
}

SectionSpec EditionSection() {
  return {"edition",
          true,
          {{"file", "",
            "where 'learnsql refresh' publishes this edition; empty: it does "
            "not"},
           {"objects", "",
            "the tables and views in it, with all they need; without it, all"},
           {"rows", "",
            "TABLE: CONDITION; ...: which rows of a table; those whose parents "
            "go, go too"},
           {"pii", "",
            "what becomes of columns by class: email: hash, name: drop, *: "
            "keep"},
           {"key_env", "LEARNSQL_EDITION_KEY",
            "the environment variable (or .env line) with the key of the "
            "hashes"},
           {"scan", "",
            "the classes to look for in the finished file; without it, all "
            "that are dropped or hashed"},
           {"scan_min_bytes", "6", "shorter values are not looked for"}}};
}

Result<PublishOptions> GetPublishOptions(const Invocation& call,
                                         const std::string& name) {
  constexpr std::array<std::string_view, 3> kCompress = {"none", "gzip",
                                                         "zstd"};
  PublishOptions options;
  LEARNSQL_TRY_SET(options.keep, GetCount(call.settings, "publish", "keep"));
  LEARNSQL_TRY_SET(const size_t compression,
                   call.settings.GetChoice("publish", "compress", kCompress));
  options.compression = static_cast<Compression>(compression);
  options.cancel = call.cancel;
  if (name.empty()) return options;
  const std::string section = "edition." + name;
  if (!call.settings.sections().contains(section)) {
    return UnknownEdition(call, name);
  }
  Edition& edition = options.edition;
  edition.name = name;
  edition.objects = SplitList(call.settings.Get(section, "objects"), ", \t");
  edition.scan = SplitList(call.settings.Get(section, "scan"), ", \t");
  LEARNSQL_TRY_SET(edition.scan_min_bytes,
                   GetCount(call.settings, section, "scan_min_bytes"));
  LEARNSQL_TRY(ReadPii(call.settings, section, &edition));
  LEARNSQL_TRY(ReadRows(call.settings, section, &edition));
  LEARNSQL_TRY(ReadKey(call, section, &edition));
  return options;
}

}  // namespace learnsql
