#include "engine/shell/csv_reader.h"

namespace learnsql {
namespace {

constexpr size_t kReadBytes = size_t{64} << 10;
constexpr size_t kMostRowBytes = size_t{16} << 20;

}  // namespace

CsvReader::CsvReader(ByteSource* source, std::string name, char separator)
    : source_(source), name_(std::move(name)), separator_(separator) {}

void CsvReader::Bad(const char* what) {
  if (!failed_.ok()) return;
  failed_ = Status(Code::kCorrupt, what, {.name = name_, .line = row_line_});
}

int CsvReader::Peek() {
  if (!failed_.ok()) return -1;
  return at_ < buffer_.size() ? static_cast<unsigned char>(buffer_[at_])
                              : Fill();
}

int CsvReader::Fill() {
  buffer_.resize(kReadBytes);
  at_ = 0;
  const Result<size_t> size =
      source_->Read(std::as_writable_bytes(std::span(buffer_)));
  buffer_.resize(size.ok() ? *size : 0);
  if (!size.ok()) failed_ = size.status();
  return buffer_.empty() ? -1 : static_cast<unsigned char>(buffer_[0]);
}

// The byte order mark that spreadsheets write.
void CsvReader::SkipMark() {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  at_start_ = false;
  std::string start;
  while (start.size() < kMark.size() && Fill() >= 0) start += buffer_;
  buffer_ = std::move(start);
  at_ = buffer_.starts_with(kMark) ? kMark.size() : 0;
}

void CsvReader::TakeQuoted(Field* field) {
  field->quoted = true;
  ++at_;
  while (true) {
    const int c = Peek();
    if (c < 0) return Bad("a quote does not end");
    ++at_;
    if (c == '"') {
      if (Peek() != '"') return;
      ++at_;
    }
    if (c == '\n') ++line_;
    if (++row_bytes_ > kMostRowBytes) return Bad("a row is over 16 MiB");
    field->text.push_back(static_cast<char>(c));
  }
}

void CsvReader::TakeField(Field* field, bool* row_ends) {
  if (Peek() == '"') TakeQuoted(field);
  while (true) {
    const int c = Peek();
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
}

Result<bool> CsvReader::Next(std::vector<Field>* row) {
  if (at_start_) SkipMark();
  row->clear();
  row_line_ = line_;
  row_bytes_ = 0;
  if (Peek() < 0) return failed_.ok() ? Result<bool>(false) : failed_;
  bool row_ends = false;
  while (!row_ends && failed_.ok()) {
    TakeField(&row->emplace_back(), &row_ends);
  }
  return failed_.ok() ? Result<bool>(true) : failed_;
}

}  // namespace learnsql
