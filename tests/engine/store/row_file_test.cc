#include "engine/store/row_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <cmath>
#include <csignal>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "tests/engine/store/must.h"
#include "tests/engine/store/temp_folder.h"

namespace learnsql {
namespace {

constexpr const char* kThings =
    "create table things (row_id integer primary key, n integer, x real, "
    "t text, b blob) strict";
constexpr std::array<std::string_view, 4> kColumns = {"n", "x", "t", "b"};

Connection OpenFile(const std::string& path) {
  return Must(Connection::Open(path, {.mode = Connection::Mode::kReadWrite}));
}

std::string Check(Connection* db) {
  return Must(db->QueryText("pragma integrity_check")).value_or("");
}

// Rows of both files that are not in the other, in value or in type.
int64_t Differences(Connection* db, const std::string& other,
                    const std::string& table) {
  EXPECT_TRUE(
      db->Execute("attach ? as other", std::array{Value::Text(other)}).ok());
  const std::string all =
      "select *, typeof(n), typeof(x), typeof(t), typeof(b) from ";
  const auto count = [&](const std::string& a, const std::string& b) {
    return *Must(db->QueryInteger("select count(*) from (" + all + a + "." +
                                  table + " except " + all + b + "." + table +
                                  ")"));
  };
  return count("main", "other") + count("other", "main");
}

Status Add(RowFile* file, int table, int64_t row_id,
           std::span<const Value> values) {
  return file->Add(table, row_id, values[0], values.subspan(1));
}

class RowFileTest : public testing::Test {
 protected:
  // Writes the rows by both ways, and compares.
  void ExpectSame(const std::vector<std::vector<Value>>& rows,
                  int64_t first = 1, int64_t step = 1) {
    RowFile file = Must(RowFile::Create(path_, {kThings}));
    const int table = Must(file.Open("things", kColumns));
    Connection plain = Must(Connection::Open(
        folder_.File("plain.db"), {.mode = Connection::Mode::kCreate}));
    ASSERT_TRUE(plain.Execute(kThings).ok());
    Statement insert =
        Must(plain.Prepare("insert into things values (?, ?, ?, ?, ?)"));
    ASSERT_TRUE(plain.Execute("begin").ok());
    int64_t row_id = first;
    for (const std::vector<Value>& row : rows) {
      const Status added = Add(&file, table, row_id, row);
      ASSERT_TRUE(added.ok()) << added.ToString();
      ASSERT_TRUE(insert
                      .BindAll(std::array{Value::Integer(row_id), row[0],
                                          row[1], row[2], row[3]})
                      .ok());
      ASSERT_TRUE(insert.Run().ok());
      row_id += step;
    }
    ASSERT_TRUE(plain.Execute("commit").ok());
    ASSERT_TRUE(file.Finish().ok());
    Connection written = OpenFile(path_);
    EXPECT_EQ(Check(&written), "ok");
    EXPECT_EQ(Differences(&written, plain.path(), "things"), 0);
  }

  TempFolder folder_;
  std::string path_ = folder_.File("rows.db");
};

TEST_F(RowFileTest, IsAFileOfNoRows) { ExpectSame({}); }

TEST_F(RowFileTest, HoldsEveryValue) {
  std::vector<std::vector<Value>> rows;
  const auto add = [&](Value n, Value x, Value t, Value b) {
    rows.push_back({n, x, t, b});
  };
  for (int bits = 0; bits < 64; ++bits) {
    for (const int64_t near : {-1, 0, 1}) {
      const auto n = static_cast<int64_t>((uint64_t{1} << bits) +
                                          static_cast<uint64_t>(near));
      add(Value::Integer(n), Value::Null(), Value::Null(), Value::Null());
      add(Value::Integer(~n), Value::Null(), Value::Null(), Value::Null());
    }
  }
  for (const double x :
       {0.0, -0.0, 1.0, 1.5, -1e300, 5e-324,
        std::numeric_limits<double>::infinity(), std::nan("")}) {
    add(Value::Null(), Value::Real(x), Value::Null(), Value::Null());
  }
  add(Value::Null(), Value::Integer(7), Value::Text(""), Value::Blob(""));
  add(Value::Null(), Value::Integer(-1),
      Value::Text(std::string_view("a\0b", 3)),
      Value::Blob(std::string_view("\0\xff", 2)));
  ExpectSame(rows);
}

// Each length around the edges of leaf, local part and overflow page.
TEST_F(RowFileTest, HoldsTextsOfEveryLength) {
  std::string text(70000, 'x');
  for (size_t i = 0; i < text.size(); ++i) {
    text[i] = static_cast<char>('a' + i % 23);
  }
  std::vector<std::vector<Value>> rows;
  const auto add = [&](size_t length) {
    rows.push_back({Value::Integer(static_cast<int64_t>(length)), Value::Null(),
                    Value::Text(std::string_view(text).substr(0, length)),
                    Value::Blob(std::string_view(text).substr(0, 3))});
  };
  for (const size_t around : {100UL, 127UL, 1000UL, 8150UL, 8188UL, 9000UL,
                              16330UL, 16380UL, 24550UL, 65536UL}) {
    for (size_t length = around - 40; length < around + 40; ++length) {
      add(length);
    }
  }
  ExpectSame(rows, int64_t{7} << 28);
}

// The header of a record counts its own bytes: from 128 on it is longer by one.
TEST_F(RowFileTest, HoldsManyColumns) {
  for (const int width : {1, 124, 125, 126, 127, 128, 129, 1999}) {
    SCOPED_TRACE(width);
    std::string sql = "create table wide (row_id integer primary key";
    std::vector<std::string> names;
    for (int i = 0; i < width; ++i) {
      names.push_back("c" + std::to_string(i));
      sql += ", " + names.back() + " integer";
    }
    const std::vector<std::string_view> columns(names.begin(), names.end());
    RowFile file = Must(RowFile::Create(path_, {sql + ") strict"}));
    const int table = Must(file.Open("wide", columns));
    std::vector<Value> values;
    for (int i = 0; i < width; ++i) {
      values.push_back(i % 7 == 6 ? Value::Null() : Value::Integer(i));
    }
    for (int64_t row = 1; row <= 20; ++row) {
      ASSERT_TRUE(Add(&file, table, row, values).ok());
    }
    ASSERT_TRUE(file.Finish().ok());
    Connection db = OpenFile(path_);
    EXPECT_EQ(Check(&db), "ok");
    Statement select = Must(db.Prepare("select * from wide"));
    for (int64_t row = 1; row <= 20; ++row) {
      ASSERT_TRUE(Must(select.Step()));
      EXPECT_EQ(select.integer(0), row);
      for (int i = 0; i < width; ++i) {
        ASSERT_EQ(select.is_null(i + 1), i % 7 == 6) << i;
        ASSERT_EQ(select.integer(i + 1), i % 7 == 6 ? 0 : i);
      }
    }
    EXPECT_FALSE(Must(select.Step()));
  }
}

TEST_F(RowFileTest, GrowsByLevels) {
  // 8 KiB pages hold about 16 of these rows, an interior page 545 children.
  const std::string text(480, 't');
  const std::vector<Value> row = {Value::Integer(1), Value::Real(0.5),
                                  Value::Text(text), Value::Null()};
  for (const size_t rows : {1UL, 15UL, 16UL, 17UL, 33UL, 8700UL, 20000UL}) {
    SCOPED_TRACE(rows);
    ExpectSame(std::vector(rows, row), int64_t{1} << 40, 3);
    std::filesystem::remove(folder_.File("plain.db"));
  }
}

TEST_F(RowFileTest, HoldsAnythingAtRandom) {
  std::mt19937_64 random(20261122);
  std::vector<std::string> kept;
  kept.reserve(10000);
  const auto any = [&](Value::Kind wanted) {
    if (random() % 4 == 0) return Value::Null();
    if (wanted == Value::Kind::kInteger) {
      return Value::Integer(static_cast<int64_t>(random() >> random() % 64));
    }
    if (wanted == Value::Kind::kReal) {
      return Value::Real(std::ldexp(static_cast<double>(random()), -40));
    }
    const size_t length = random() % (random() % 50 == 0 ? 40000 : 60);
    std::string& text = kept.emplace_back();
    for (size_t i = 0; i < length; ++i) {
      text += static_cast<char>('a' + random() % 26);
    }
    return wanted == Value::Kind::kText ? Value::Text(text) : Value::Blob(text);
  };
  std::vector<std::vector<Value>> rows;
  for (int i = 0; i < 5000; ++i) {
    rows.push_back({any(Value::Kind::kInteger), any(Value::Kind::kReal),
                    any(Value::Kind::kText), any(Value::Kind::kBlob)});
  }
  ExpectSame(rows, 5);
}

TEST_F(RowFileTest, TakesSeveralTablesAndSomeColumns) {
  RowFile file = Must(RowFile::Create(
      path_, {kThings,
              "create table others (id integer primary key, t text, u text)"}));
  const std::array<std::string_view, 2> some = {"t", "n"};
  const std::array<std::string_view, 1> last = {"u"};
  const int things = Must(file.Open("things", some));
  const int others = Must(file.Open("others", last));
  const std::string text(1000, 'y');
  for (int64_t i = 0; i < 3000; ++i) {
    ASSERT_TRUE(
        Add(&file, things, i, std::array{Value::Text(text), Value::Integer(i)})
            .ok());
    if (i % 3 == 0) {
      ASSERT_TRUE(Add(&file, others, i, std::array{Value::Text("u")}).ok());
    }
  }
  ASSERT_TRUE(file.Finish().ok());
  Connection db = OpenFile(path_);
  EXPECT_EQ(Check(&db), "ok");
  EXPECT_EQ(Must(db.QueryText("select count(*) || ' ' || sum(n) || ' ' || "
                              "sum(length(t)) || ' ' || count(x) from things")),
            "3000 4498500 3000000 0");
  EXPECT_EQ(Must(db.QueryText("select count(*) || ' ' || max(id) || ' ' || "
                              "group_concat(distinct u) from others")),
            "1000 2997 u");
}

// SQLite takes its locks on the bytes from 1 GiB on, and no page may lie there.
TEST_F(RowFileTest, LeavesTheBytesOfTheLocks) {
  RowFile file = Must(RowFile::Create(path_, {kThings}));
  const std::array<std::string_view, 1> columns = {"b"};
  const int table = Must(file.Open("things", columns));
  const std::string bytes(100 << 20, 'b');
  for (int64_t i = 0; i < 11; ++i) {
    ASSERT_TRUE(Add(&file, table, i, std::array{Value::Blob(bytes)}).ok());
  }
  ASSERT_TRUE(file.Finish().ok());
  Connection db = OpenFile(path_);
  EXPECT_EQ(Check(&db), "ok");
  EXPECT_EQ(Must(db.QueryInteger("select sum(length(b)) from things")),
            int64_t{11} * (100 << 20));
}

TEST_F(RowFileTest, IsTakenOverAsItLies) {
  RowFile file = Must(RowFile::Create(path_, {kThings}));
  const int table = Must(file.Open("things", kColumns));
  const std::string text(20000, 'z');
  for (int64_t i = 0; i < 500; ++i) {
    ASSERT_TRUE(Add(&file, table, i,
                    std::array{Value::Integer(i), Value::Null(),
                               Value::Text(text), Value::Null()})
                    .ok());
  }
  ASSERT_TRUE(file.Finish().ok());
  Connection db = Must(Connection::Open(folder_.File("main.db"),
                                        {.mode = Connection::Mode::kCreate}));
  ASSERT_TRUE(db.Execute(kThings).ok());
  ASSERT_TRUE(
      db.Execute("attach ? as rows", std::array{Value::Text(path_)}).ok());
  ASSERT_TRUE(
      db.Execute("insert into main.things select * from rows.things").ok());
  EXPECT_EQ(Check(&db), "ok");
  EXPECT_EQ(Must(db.QueryInteger("select sum(length(t)) from main.things")),
            10000000);
}

TEST_F(RowFileTest, KnowsWhichTablesItCanHold) {
  Connection db = Must(Connection::OpenInMemory());
  const auto can = [&](const std::string& columns) {
    EXPECT_TRUE(db.Execute("drop table if exists t").ok());
    EXPECT_TRUE(db.Execute("create table t " + columns).ok());
    return Must(RowFile::CanHold(&db, "t"));
  };
  EXPECT_TRUE(can("(id integer primary key, a text check (a <> ''))"));
  EXPECT_FALSE(can("(id integer, a text)"));
  EXPECT_FALSE(can("(id integer primary key desc, a text)"));
  EXPECT_FALSE(can("(id text primary key, a text)"));
  EXPECT_FALSE(can("(id integer primary key, a text unique)"));
  EXPECT_FALSE(can("(id integer primary key, a text default 'x')"));
  EXPECT_FALSE(can("(id integer primary key, a text as (id || 'x'))"));
  EXPECT_FALSE(can("(a integer, b integer, primary key (a, b))"));
  EXPECT_FALSE(can("(id integer primary key, a text) without rowid"));
  EXPECT_FALSE(Must(RowFile::CanHold(&db, "nothing")));
}

// A limit on the size of files stands for a full disk.
TEST_F(RowFileTest, NamesTheFileThatCannotGrow) {
  RowFile file = Must(RowFile::Create(path_, {kThings}));
  const int table = Must(file.Open("things", kColumns));
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit few = {100000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &few), 0);
  const std::string text(1000, 't');
  Status added;
  for (int64_t i = 0; i < 1000 && added.ok(); ++i) {
    added = Add(&file, table, i,
                std::array{Value::Null(), Value::Null(), Value::Text(text),
                           Value::Null()});
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(added.code(), Code::kIo);
  EXPECT_EQ(added.ToString(),
            path_ + ": disk I/O error (write: File too large)");
}

TEST_F(RowFileTest, RefusesWhatIsNotThere) {
  RowFile file = Must(RowFile::Create(path_, {kThings}));
  EXPECT_EQ(file.Open("thing", kColumns).status().code(), Code::kInvalid);
  const std::array<std::string_view, 1> wrong = {"m"};
  const Status status = file.Open("things", wrong).status();
  EXPECT_EQ(status.message(), "things has no column 'm'");
  EXPECT_EQ(status.place().name, path_);
  EXPECT_EQ(RowFile::Create(path_, {"create tabel t (a)"}).status().code(),
            Code::kInvalid);
  EXPECT_FALSE(
      RowFile::Create(folder_.File("no/where.db"), {kThings}).status().ok());
}

}  // namespace
}  // namespace learnsql
