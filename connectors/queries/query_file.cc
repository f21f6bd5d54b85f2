#include "connectors/queries/query_file.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "engine/base/suggest.h"

namespace learnsql {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// "key: value" where the key is of small letters and blanks.
bool SplitKey(std::string_view line, std::string* key, std::string* value) {
  const size_t colon = line.find(": ");
  if (colon == line.npos || colon == 0 || colon > 16) return false;
  const std::string_view name = line.substr(0, colon);
  if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz ") != name.npos) {
    return false;
  }
  *key = name;
  *value = Trim(line.substr(colon + 2));
  return true;
}

Status SetSlice(const std::string& value, const Place& place, QueryFile* file) {
  if (value == "snapshot") {
    file->slice = QuerySlice::kSnapshot;
  } else if (value == "day") {
    file->slice = QuerySlice::kDay;
  } else if (value == "month") {
    file->slice = QuerySlice::kMonth;
  } else {
    return Status(Code::kInvalid, "slice may be snapshot, day or month", place);
  }
  return {};
}

Status SetHot(const std::string& value, const Place& place, QueryFile* file) {
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, file->hot_days);
  if (error == std::errc() && std::string_view(stop, end) == " days" &&
      file->hot_days > 0) {
    return {};
  }
  return Status(Code::kInvalid, "hot is written 'hot: 90 days'", place);
}

Status SetKey(const std::string& key, const std::string& value,
              const Place& place, const std::vector<std::string>& known,
              QueryFile* file) {
  std::vector<std::string> all = known;
  all.insert(all.end(), {"slice", "hot", "by default"});
  if (std::count(all.begin(), all.end(), key) == 0) {
    return Status(Code::kInvalid,
                  "unknown key '" + key + "' of a query" + DidYouMean(key, all),
                  place);
  }
  if (!file->keys.emplace(key, value).second) {
    return Status(Code::kInvalid, "'" + key + "' stands here twice", place);
  }
  if (key == "slice") return SetSlice(value, place, file);
  if (key == "hot") return SetHot(value, place, file);
  if (key == "by default") {
    if (value != "yes" && value != "no") {
      return Status(Code::kInvalid, "'by default' may be yes or no", place);
    }
    file->by_default = value == "yes";
  }
  return {};
}

}  // namespace

const std::string& QueryFile::Key(const std::string& key) const {
  static const std::string kNone;
  const auto at = keys.find(key);
  return at == keys.end() ? kNone : at->second;
}

Result<QueryFile> ParseQueryFile(const std::string& path, std::string_view text,
                                 std::string_view comment,
                                 const std::vector<std::string>& known) {
  QueryFile file;
  file.name = std::filesystem::path(path).stem().string();
  file.text = text;
  uint64_t number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (!line.starts_with(comment)) break;
    line = Trim(line.substr(comment.size()));
    std::string key;
    std::string value;
    if (!SplitKey(line, &key, &value)) continue;
    LEARNSQL_TRY(SetKey(key, value, {path, number}, known, &file));
  }
  if (file.Key("slice").empty()) {
    return Status(Code::kInvalid,
                  "the first comment must say how the query is cut: '" +
                      std::string(comment) + " slice: snapshot', day or month",
                  {path, 1});
  }
  if (file.hot_days > 0 && file.slice == QuerySlice::kSnapshot) {
    return Status(Code::kInvalid, "a snapshot has no hot days", {path, 1});
  }
  return file;
}

}  // namespace learnsql
