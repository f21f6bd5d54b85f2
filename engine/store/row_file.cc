#include "engine/store/row_file.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "engine/base/short_bytes.h"
#include "engine/store/file_error.h"

namespace learnsql {
namespace {

constexpr size_t kFileHeader = 100;
constexpr size_t kPageSizeAt = 16;
constexpr size_t kReservedAt = 20;
constexpr size_t kPageCountAt = 28;
constexpr uint8_t kInteriorPage = 5;
constexpr uint8_t kLeafPage = 13;
constexpr size_t kLeafHeader = 8;
constexpr size_t kInteriorHeader = 12;
constexpr size_t kMaxVarint = 9;
constexpr size_t kWriteBytes = 64 << 10;
constexpr size_t kSlack = sizeof(uint64_t);
// No page may lie over the bytes on which SQLite takes its locks.
constexpr uint64_t kLockByte = 1 << 30;

template <typename Integer>
void PutBigEndian(Integer value, size_t bytes, char* to) {
  for (size_t i = 0; i < bytes; ++i) {
    to[i] = static_cast<char>(static_cast<uint64_t>(value) >>
                              (8 * (bytes - 1 - i)));
  }
}

uint32_t GetBigEndian(const char* from, size_t bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < bytes; ++i) {
    value = value << 8 | static_cast<unsigned char>(from[i]);
  }
  return value;
}

size_t VarintSize(uint64_t value) {
  if (value >> 56 != 0) return kMaxVarint;
  const int bits = std::max<int>(std::bit_width(value), 1);
  return static_cast<size_t>(bits + 6) / 7;
}

// Returns the place behind it.
char* PutLongVarint(uint64_t value, char* to) {
  size_t left = VarintSize(value);
  if (left == kMaxVarint) {
    to[--left] = static_cast<char>(value);
    value >>= 8;
    for (; left > 0; value >>= 7) to[--left] = static_cast<char>(value | 0x80);
    return to + kMaxVarint;
  }
  char* const end = to + left;
  to[--left] = static_cast<char>(value & 0x7f);
  for (value >>= 7; left > 0; value >>= 7) {
    to[--left] = static_cast<char>(value | 0x80);
  }
  return end;
}

inline char* PutVarint(uint64_t value, char* to) {
  if (value < 0x80) {
    *to = static_cast<char>(value);
    return to + 1;
  }
  if (value >= 0x4000) return PutLongVarint(value, to);
  to[0] = static_cast<char>(value >> 7 | 0x80);
  to[1] = static_cast<char>(value & 0x7f);
  return to + 2;
}

// How a value lies in a record.
struct Stored {
  uint64_t type;  // SQLite's serial type
  size_t bytes;
};

Stored StoredInteger(int64_t value) {
  if (value == 0) return {8, 0};
  if (value == 1) return {9, 0};
  const auto magnitude = static_cast<uint64_t>(value < 0 ? ~value : value);
  if (magnitude < uint64_t{1} << 7) return {1, 1};
  if (magnitude < uint64_t{1} << 15) return {2, 2};
  if (magnitude < uint64_t{1} << 23) return {3, 3};
  if (magnitude < uint64_t{1} << 31) return {4, 4};
  if (magnitude < uint64_t{1} << 47) return {5, 6};
  return {6, 8};
}

Stored StoredAs(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kInteger:
      return StoredInteger(value.integer);
    case Value::Kind::kReal:
      if (std::isnan(value.real)) return {0, 0};  // as SQLite has it
      return {7, 8};
    case Value::Kind::kText:
      return {13 + 2 * value.bytes.size(), value.bytes.size()};
    case Value::Kind::kBlob:
      return {12 + 2 * value.bytes.size(), value.bytes.size()};
    case Value::Kind::kNull:
      break;
  }
  return {0, 0};
}

// The last `bytes` of a number, the first of them first.
// REQUIRES: 0 < bytes <= 8, and 8 bytes that may be written to.
void PutNumber(uint64_t value, size_t bytes, char* to) {
  value <<= 8 * (sizeof value - bytes);
  if constexpr (std::endian::native == std::endian::little) {
    value = __builtin_bswap64(value);
  }
  std::memcpy(to, &value, sizeof value);
}

// REQUIRES: kSlack more bytes than the value's may be written to.
void PutValue(const Value& value, size_t bytes, char* to) {
  switch (value.kind) {
    case Value::Kind::kInteger:
      PutNumber(static_cast<uint64_t>(value.integer), bytes, to);
      break;
    case Value::Kind::kReal:
      PutNumber(std::bit_cast<uint64_t>(value.real), bytes, to);
      break;
    case Value::Kind::kText:
    case Value::Kind::kBlob:
      CopyBytes(to, value.bytes.data(), bytes);
      break;
    case Value::Kind::kNull:
      break;
  }
}

// A file through SQLite's own system layer, so that what is put between SQLite
// and the disk sees these writes, too.
class SystemFile {
 public:
  explicit SystemFile(const std::string& path)
      : path_(path),
        name_(sqlite3_create_filename(path.c_str(), "", "", 0, nullptr)) {}
  SystemFile(const SystemFile&) = delete;
  SystemFile& operator=(const SystemFile&) = delete;
  ~SystemFile() {
    Close();
    sqlite3_free_filename(name_);
  }

  Status Open() {
    sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
    bytes_.resize(static_cast<size_t>(vfs->szOsFile) / sizeof(uint64_t) + 1);
    constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB;
    errno = 0;
    const int rc = vfs->xOpen(vfs, name_, file(), kFlags, nullptr);
    return rc == SQLITE_OK ? Status() : Error(rc);
  }

  Status Read(std::span<char> to, uint64_t offset) {
    errno = 0;
    const int rc =
        file()->pMethods->xRead(file(), to.data(), static_cast<int>(to.size()),
                                static_cast<sqlite3_int64>(offset));
    return rc == SQLITE_OK ? Status() : Error(rc);
  }

  // In pieces: SQLite's layer for Unix takes less than 128 KiB at once.
  Status Write(std::string_view bytes, uint64_t offset) {
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, kWriteBytes);
      errno = 0;
      const int rc = file()->pMethods->xWrite(
          file(), piece.data(), static_cast<int>(piece.size()),
          static_cast<sqlite3_int64>(offset));
      if (rc != SQLITE_OK) return Error(rc);
      bytes.remove_prefix(piece.size());
      offset += piece.size();
    }
    return {};
  }

  void Close() {
    if (bytes_.empty() || file()->pMethods == nullptr) return;
    file()->pMethods->xClose(file());
    bytes_.clear();
  }

  const std::string& path() const { return path_; }

 private:
  sqlite3_file* file() {
    return reinterpret_cast<sqlite3_file*>(bytes_.data());
  }
  Status Error(int rc) const {
    return Status(Code::kIo, WithCause(sqlite3_errstr(rc), rc), {path_});
  }

  std::string path_;
  sqlite3_filename name_;
  std::vector<uint64_t> bytes_;  // a sqlite3_file and what the layer adds
};

// A page of a b-tree and the greatest row id in it or below it.
struct Child {
  uint32_t page;
  int64_t last;
};

}  // namespace

class RowFile::Impl {
 public:
  explicit Impl(const std::string& path) : file_(path) {}

  Status Make(const std::vector<std::string>& statements);
  Result<int> Open(std::string_view table,
                   std::span<const std::string_view> columns);
  Status Add(int opened, int64_t row_id, const Value& first,
             std::span<const Value> rest);
  Status Finish();
  const std::string& path() const { return file_.path(); }
  size_t bytes() const { return (next_page_ - 1) * page_size_; }

 private:
  struct Tree {
    std::string name;
    uint32_t root = 0;
    std::vector<std::string> columns;
    std::string page;    // the leaf that is being filled
    size_t cells = 0;    // in it
    size_t content = 0;  // where its cells begin; they grow downwards
    int64_t last = 0;    // row id in it
    std::vector<Child> leaves;
  };
  struct Opened {
    size_t tree;
    std::vector<int> values;  // for each column of the table; -1: NULL
  };

  Status ReadTrees(Connection* connection);
  Status ReadHeader();
  void ClearPage(Tree* tree) const;
  std::string_view PackRecord(const Opened& opened, const Value& first,
                              std::span<const Value> rest);
  size_t LocalBytes(size_t payload) const;
  uint32_t PageAfter(uint32_t page) const;
  Status AppendPage(std::string_view page);
  Status AppendOverflow(std::string_view rest);
  static void SealLeaf(Tree* tree);
  Status FlushLeaf(Tree* tree);
  Status FinishTree(Tree* tree);
  Status WriteInterior(std::span<const Child> children, uint32_t at);
  Status WritePending();

  SystemFile file_;
  size_t page_size_ = 0;
  std::vector<Tree> trees_;
  std::vector<Opened> opened_;
  uint32_t next_page_ = 0;  // the number of the page that is appended next
  std::string pending_;     // appended pages that are not in the file yet
  std::vector<char> record_;
  std::vector<char> header_;
  std::string overflow_;
};

Status RowFile::Impl::Make(const std::vector<std::string>& statements) {
  std::error_code ignored;  // SQLite says what is wrong with a file that stays
  std::filesystem::remove(path(), ignored);
  {
    LEARNSQL_TRY_SET(
        Connection connection,
        Connection::Open(path(), {.mode = Connection::Mode::kCreate,
                                  .foreign_keys = false}));
    LEARNSQL_TRY(PrepareScratchFile(&connection));
    for (const std::string& statement : statements) {
      LEARNSQL_TRY(connection.Execute(statement));
    }
    LEARNSQL_TRY(ReadTrees(&connection));
  }
  LEARNSQL_TRY(file_.Open());
  LEARNSQL_TRY(ReadHeader());
  for (Tree& tree : trees_) {
    tree.page.resize(page_size_);
    ClearPage(&tree);
  }
  return {};
}

Status RowFile::Impl::ReadTrees(Connection* connection) {
  LEARNSQL_TRY_SET(Statement tables,
                   connection->Prepare("select name, rootpage from "
                                       "sqlite_schema where type = 'table'"));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, tables.Step());
    if (!row) break;
    Tree& tree = trees_.emplace_back();
    tree.name = tables.text(0);
    tree.root = static_cast<uint32_t>(tables.integer(1));
  }
  for (Tree& tree : trees_) {
    LEARNSQL_TRY_SET(Statement columns,
                     connection->Prepare("select name from pragma_table_info(?)"
                                         " order by cid"));
    LEARNSQL_TRY(columns.Bind(1, Value::Text(tree.name)));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, columns.Step());
      if (!row) break;
      tree.columns.emplace_back(columns.text(0));
    }
  }
  return {};
}

Status RowFile::Impl::ReadHeader() {
  std::array<char, kFileHeader> header;
  LEARNSQL_TRY(file_.Read(header, 0));
  page_size_ = GetBigEndian(&header[kPageSizeAt], 2);
  if (page_size_ == 1) page_size_ = 65536;
  next_page_ = GetBigEndian(&header[kPageCountAt], 4) + 1;
  if (header[kReservedAt] == 0) return {};
  return Status(Code::kInvalid, "pages have reserved bytes", {path()});
}

void RowFile::Impl::ClearPage(Tree* tree) const {
  std::fill(tree->page.begin(), tree->page.end(), '\0');
  tree->cells = 0;
  tree->content = page_size_;
}

Result<int> RowFile::Impl::Open(std::string_view table,
                                std::span<const std::string_view> columns) {
  const auto at = std::find_if(trees_.begin(), trees_.end(),
                               [&](const Tree& t) { return t.name == table; });
  if (at == trees_.end()) {
    return Status(Code::kInvalid, "no table '" + std::string(table) + "'",
                  {path()});
  }
  Opened opened;
  opened.tree = static_cast<size_t>(at - trees_.begin());
  opened.values.assign(at->columns.size(), -1);
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto column =
        std::find(at->columns.begin(), at->columns.end(), columns[i]);
    if (column == at->columns.end()) {
      return Status(
          Code::kInvalid,
          at->name + " has no column '" + std::string(columns[i]) + "'",
          {path()});
    }
    opened.values[static_cast<size_t>(column - at->columns.begin())] =
        static_cast<int>(i);
  }
  opened_.push_back(std::move(opened));
  return static_cast<int>(opened_.size()) - 1;
}

// A header of serial types, then the values: both are made at once, each in its
// place with room for the longest header before the values. The row id's own
// column, which nobody opens, is stored as NULL: its value is the row's key.
std::string_view RowFile::Impl::PackRecord(const Opened& opened,
                                           const Value& first,
                                           std::span<const Value> rest) {
  const size_t room = kMaxVarint * (opened.values.size() + 1);
  if (record_.size() < room) record_.resize(4 * room);
  if (header_.size() < room) header_.resize(room);
  char* type_at = header_.data();
  size_t end = room;
  for (const int value : opened.values) {
    if (value < 0) {
      *type_at++ = 0;
      continue;
    }
    const Value& v = value == 0 ? first : rest[static_cast<size_t>(value) - 1];
    const Stored stored = StoredAs(v);
    type_at = PutVarint(stored.type, type_at);
    if (stored.bytes == 0) continue;
    if (record_.size() < end + stored.bytes + kSlack) {
      record_.resize(2 * (end + stored.bytes + kSlack));
    }
    PutValue(v, stored.bytes, record_.data() + end);
    end += stored.bytes;
  }
  // The header counts the bytes of its own size.
  const auto types = static_cast<size_t>(type_at - header_.data());
  size_t header = types + 1;
  while (types + VarintSize(header) > header) ++header;
  char* const begin = record_.data() + room - header;
  std::memcpy(PutVarint(header, begin), header_.data(), types);
  return {begin, end - room + header};
}

// How much of a record lies in its leaf; the rest is in overflow pages.
size_t RowFile::Impl::LocalBytes(size_t payload) const {
  const size_t most = page_size_ - 35;
  if (payload <= most) return payload;
  const size_t least = (page_size_ - 12) * 32 / 255 - 23;
  const size_t local = least + (payload - least) % (page_size_ - 4);
  return local <= most ? local : least;
}

uint32_t RowFile::Impl::PageAfter(uint32_t page) const {
  const auto locked = static_cast<uint32_t>(kLockByte / page_size_ + 1);
  return page + 1 == locked ? page + 2 : page + 1;
}

// REQUIRES: the page was made to be number next_page_.
Status RowFile::Impl::AppendPage(std::string_view page) {
  pending_ += page;
  const uint32_t next = PageAfter(next_page_);
  if (next != next_page_ + 1) pending_.append(page_size_, '\0');
  next_page_ = next;
  return pending_.size() < kWriteBytes ? Status() : WritePending();
}

Status RowFile::Impl::WritePending() {
  const uint64_t end = uint64_t{next_page_ - 1} * page_size_;
  LEARNSQL_TRY(file_.Write(pending_, end - pending_.size()));
  pending_.clear();
  return {};
}

Status RowFile::Impl::AppendOverflow(std::string_view rest) {
  const size_t room = page_size_ - 4;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, room);
    rest.remove_prefix(part.size());
    overflow_.assign(page_size_, '\0');
    PutBigEndian(rest.empty() ? 0 : PageAfter(next_page_), 4, overflow_.data());
    std::memcpy(overflow_.data() + 4, part.data(), part.size());
    LEARNSQL_TRY(AppendPage(overflow_));
  }
  return {};
}

Status RowFile::Impl::Add(int opened, int64_t row_id, const Value& first,
                          std::span<const Value> rest) {
  const Opened& open = opened_[static_cast<size_t>(opened)];
  Tree& tree = trees_[open.tree];
  assert(tree.leaves.empty() && tree.cells == 0 ? true : row_id > tree.last);
  const std::string_view record = PackRecord(open, first, rest);
  const size_t local = LocalBytes(record.size());
  const bool overflows = local < record.size();
  const size_t cell = VarintSize(record.size()) +
                      VarintSize(static_cast<uint64_t>(row_id)) + local +
                      (overflows ? 4 : 0);
  const size_t taken = std::max<size_t>(cell, 4);
  if (kLeafHeader + 2 * (tree.cells + 1) + taken > tree.content) {
    LEARNSQL_TRY(FlushLeaf(&tree));
  }
  tree.content -= taken;
  char* const page = tree.page.data();
  char* at = PutVarint(record.size(), page + tree.content);
  at = PutVarint(static_cast<uint64_t>(row_id), at);
  std::memcpy(at, record.data(), local);
  PutBigEndian(tree.content, 2, page + kLeafHeader + 2 * tree.cells);
  ++tree.cells;
  tree.last = row_id;
  if (!overflows) return {};
  PutBigEndian(next_page_, 4, at + local);
  return AppendOverflow(record.substr(local));
}

void RowFile::Impl::SealLeaf(Tree* tree) {
  char* const page = tree->page.data();
  page[0] = kLeafPage;
  PutBigEndian(tree->cells, 2, page + 3);
  PutBigEndian(tree->content, 2, page + 5);
}

Status RowFile::Impl::FlushLeaf(Tree* tree) {
  SealLeaf(tree);
  tree->leaves.push_back({next_page_, tree->last});
  LEARNSQL_TRY(AppendPage(tree->page));
  ClearPage(tree);
  return {};
}

// A page over `children`: all but the last as cells, the last in the header.
Status RowFile::Impl::WriteInterior(std::span<const Child> children,
                                    uint32_t at) {
  assert(children.size() > 1);
  std::string page(page_size_, '\0');
  size_t content = page_size_;
  for (size_t i = 0; i + 1 < children.size(); ++i) {
    const auto key = static_cast<uint64_t>(children[i].last);
    content -= 4 + VarintSize(key);
    PutBigEndian(children[i].page, 4, &page[content]);
    PutVarint(key, &page[content + 4]);
    PutBigEndian(content, 2, &page[kInteriorHeader + 2 * i]);
  }
  page[0] = kInteriorPage;
  PutBigEndian(children.size() - 1, 2, &page[3]);
  PutBigEndian(content, 2, &page[5]);
  PutBigEndian(children.back().page, 4, &page[8]);
  if (at == next_page_) return AppendPage(page);
  return file_.Write(page, uint64_t{at - 1} * page_size_);
}

Status RowFile::Impl::FinishTree(Tree* tree) {
  if (tree->leaves.empty() && tree->cells == 0) return {};
  if (tree->leaves.empty()) {
    SealLeaf(tree);  // the only leaf is the root
    return file_.Write(tree->page, uint64_t{tree->root - 1} * page_size_);
  }
  if (tree->cells > 0) LEARNSQL_TRY(FlushLeaf(tree));
  const size_t most = (page_size_ - kInteriorHeader) / (2 + 4 + kMaxVarint);
  std::vector<Child> children = std::move(tree->leaves);
  while (children.size() > most) {
    std::vector<Child> parents;
    const size_t pages = (children.size() + most - 1) / most;
    size_t begin = 0;
    for (size_t i = 0; i < pages; ++i) {
      const size_t end = children.size() * (i + 1) / pages;
      parents.push_back({next_page_, children[end - 1].last});
      LEARNSQL_TRY(WriteInterior(
          std::span(children).subspan(begin, end - begin), next_page_));
      begin = end;
    }
    children = std::move(parents);
  }
  return WriteInterior(children, tree->root);
}

Status RowFile::Impl::Finish() {
  for (Tree& tree : trees_) LEARNSQL_TRY(FinishTree(&tree));
  LEARNSQL_TRY(WritePending());
  std::array<char, 4> pages;
  PutBigEndian(next_page_ - 1, pages.size(), pages.data());
  LEARNSQL_TRY(file_.Write({pages.data(), pages.size()}, kPageCountAt));
  file_.Close();
  return {};
}

Result<bool> RowFile::CanHold(Connection* connection, std::string_view table) {
  const std::array name{Value::Text(table)};
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> plain,
      connection->QueryInteger(
          "select count(*) = 1 and sum(pk > 0 and lower(type) = 'integer') = 1 "
          "and not exists (select 1 from pragma_index_list(?1)) and not exists "
          "(select 1 from pragma_table_xinfo(?1) where hidden <> 0 or "
          "dflt_value is not null) from pragma_table_info(?1) where pk > 0",
          name));
  return plain.value_or(0) == 1;
}

Result<RowFile> RowFile::Create(const std::string& path,
                                const std::vector<std::string>& statements) {
  auto impl = std::make_unique<Impl>(path);
  LEARNSQL_TRY(impl->Make(statements));
  return RowFile(std::move(impl));
}

RowFile::RowFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RowFile::RowFile(RowFile&&) noexcept = default;
RowFile::~RowFile() = default;

Result<int> RowFile::Open(std::string_view table,
                          std::span<const std::string_view> columns) {
  return impl_->Open(table, columns);
}

Status RowFile::Add(int table, int64_t row_id, const Value& first,
                    std::span<const Value> rest) {
  return impl_->Add(table, row_id, first, rest);
}

Status RowFile::Finish() { return impl_->Finish(); }

const std::string& RowFile::path() const { return impl_->path(); }

size_t RowFile::bytes() const { return impl_->bytes(); }

}  // namespace learnsql
