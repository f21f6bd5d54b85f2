#include "engine/shell/csv_reader.h"

namespace learnsql {
namespace {

constexpr size_t kReadBytes = size_t{64} << 10;
constexpr size_t kMostRowBytes = size_t{16} << 20;

}  // namespace

CsvReader::CsvReader(ByteSource* source, std::string name, char separator)
    : source_(source), name_(std::move(name)), separator_(separator) {}

Status CsvReader::Bad(const char* what) const {
  return Status(Code::kCorrupt, what, {.name = name_, .line = row_line_});
}

Result<int> CsvReader::Peek() {
  if (at_ == buffer_.size()) {
    buffer_.resize(kReadBytes);
    at_ = 0;
    LEARNSQL_TRY_SET(const size_t size,
                     source_->Read(std::as_writable_bytes(std::span(buffer_))));
    buffer_.resize(size);
    if (size == 0) return -1;
  }
  return static_cast<unsigned char>(buffer_[at_]);
}

// The byte order mark that spreadsheets write.
Status CsvReader::SkipMark() {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  at_start_ = false;
  std::string start;
  while (start.size() < kMark.size()) {
    std::string more(kReadBytes, '\0');
    LEARNSQL_TRY_SET(const size_t size,
                     source_->Read(std::as_writable_bytes(std::span(more))));
    if (size == 0) break;
    start.append(more, 0, size);
  }
  buffer_ = std::move(start);
  if (buffer_.starts_with(kMark)) at_ = kMark.size();
  return {};
}

Status CsvReader::TakeQuoted(Field* field) {
  field->quoted = true;
  ++at_;
  while (true) {
    LEARNSQL_TRY_SET(const int c, Peek());
    if (c < 0) return Bad("a quote does not end");
    ++at_;
    if (c == '"') {
      LEARNSQL_TRY_SET(const int next, Peek());
      if (next != '"') return {};
      ++at_;
    }
    if (c == '\n') ++line_;
    if (++row_bytes_ > kMostRowBytes) return Bad("a row is over 16 MiB");
    field->text.push_back(static_cast<char>(c));
  }
}

Status CsvReader::TakeField(Field* field, bool* row_ends) {
  LEARNSQL_TRY_SET(int c, Peek());
  if (c == '"') LEARNSQL_TRY(TakeQuoted(field));
  while (true) {
    LEARNSQL_TRY_SET(c, Peek());
    *row_ends = c < 0 || c == '\n';
    if (c >= 0) ++at_;
    if (c == '\n') ++line_;
    if (*row_ends || c == static_cast<unsigned char>(separator_)) break;
    if (field->quoted && c != '\r') return Bad("text follows a closing quote");
    if (++row_bytes_ > kMostRowBytes) return Bad("a row is over 16 MiB");
    if (!field->quoted) field->text.push_back(static_cast<char>(c));
  }
  if (*row_ends && !field->quoted && field->text.ends_with('\r')) {
    field->text.pop_back();
  }
  return {};
}

Result<bool> CsvReader::Next(std::vector<Field>* row) {
  if (at_start_) LEARNSQL_TRY(SkipMark());
  row->clear();
  row_line_ = line_;
  row_bytes_ = 0;
  LEARNSQL_TRY_SET(const int first, Peek());
  if (first < 0) return false;
  bool row_ends = false;
  while (!row_ends) {
    LEARNSQL_TRY(TakeField(&row->emplace_back(), &row_ends));
  }
  return true;
}

}  // namespace learnsql
