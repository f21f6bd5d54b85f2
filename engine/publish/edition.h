#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace learnsql {

// What becomes of the columns of a class of personal data (`pii: email`).
enum class PiiRule {
  kKeep,
  kDrop,  // the column is not in the file
  kHash,  // equal values give equal hashes, so joins keep working
};

// What of a warehouse goes into one file that is sent.
struct Edition {
  std::string name;  // empty: the whole
  // The tables and views to publish, with all parents and inputs they need;
  // empty: every curated table and every view.
  std::vector<std::string> objects;
  // Of a table, which rows: a condition in SQL over its own columns. Rows whose
  // parents go this way go with them.
  std::map<std::string, std::string> rows;
  std::map<std::string, PiiRule> pii;  // by class
  PiiRule other_pii = PiiRule::kKeep;  // of the classes that `pii` leaves out
  // Of the hashes: who has it can tell which hash is whose. Never stored.
  std::string hash_key;
  // The classes whose values are looked for in the finished file; empty: all
  // that are dropped or hashed.
  std::vector<std::string> scan;
  // Shorter values are not looked for: they stand everywhere by chance.
  size_t scan_min_bytes = 6;

  PiiRule RuleOf(const std::string& pii_class) const {
    const auto at = pii.find(pii_class);
    return at == pii.end() ? other_pii : at->second;
  }

  // Whether any class is dropped or hashed.
  bool HidesPeople() const {
    return other_pii != PiiRule::kKeep ||
           std::any_of(pii.begin(), pii.end(), [](const auto& rule) {
             return rule.second != PiiRule::kKeep;
           });
  }
};

}  // namespace learnsql
