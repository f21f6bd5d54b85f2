#include <algorithm>
#include <array>
#include <iostream>
#include <map>

#include "engine/base/log.h"
#include "engine/load/ledger.h"
#include "engine/query/render.h"
#include "engine/query/text_sink.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/progress.h"
#include "tools/learnsql/sources.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddStatusFlags(po::options_description* flags) {
  flags->add_options()  //
      ("from", po::value<std::string>()->value_name("TIME"),
       "the first moment (UTC)")  //
      ("to", po::value<std::string>()->value_name("TIME"),
       "the moment after the last")                                //
      ("check", "exit 3 when a slice of the range is not loaded")  //
      ("connect",
       "ask the source for one row, and say who asks and which right is "
       "missing; nothing is loaded")  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       ("how to write the slices: " + FormatNames()).c_str())  //
      ("json", "short for --format json");
}

bool IsGap(const LedgerRow& row) {
  return row.known.state != SliceState::kLoaded &&
         row.known.state != SliceState::kEmpty &&
         row.known.state != SliceState::kSourceGone;
}

// The ledger's slices of the window, and those it has never heard of.
Result<std::vector<LedgerRow>> SlicesOf(const Invocation& call,
                                        const std::string& name,
                                        const Window& window,
                                        Connection* connection) {
  Ledger ledger(connection, name);
  LEARNSQL_TRY_SET(std::vector<LedgerRow> rows, ledger.List(window));
  if (!window.from || !window.to) return rows;
  LEARNSQL_TRY_SET(const ConfiguredSource source, OpenSource(call, name));
  Window complete = window;
  LEARNSQL_TRY_SET(complete.newest, ledger.Newest());
  LEARNSQL_TRY_SET(const std::vector<Slice> slices,
                   source.source->Slices(complete));
  std::map<std::pair<int64_t, std::string>, LedgerRow> all;
  for (const Slice& slice : slices) {
    all[{slice.start, slice.object}].known.slice = slice;
  }
  for (LedgerRow& row : rows) {
    const Slice& slice = row.known.slice;
    all[{slice.start, slice.object}] = std::move(row);
  }
  std::vector<LedgerRow> merged;
  for (auto& [key, row] : all) merged.push_back(std::move(row));
  return merged;
}

std::string TimeText(const std::optional<int64_t>& time) {
  return time ? FormatUtc(*time) : std::string();
}

Value TextOrNull(const std::string& text) {
  return text.empty() ? Value::Null() : Value::Text(text);
}

Status Render(const std::vector<LedgerRow>& rows, Format format) {
  const std::array<std::string, 12> columns = {
      "slice_start",  "slice_end",   "name",           "state",
      "rows_read",    "rows_loaded", "rows_duplicate", "rows_rejected",
      "published_at", "loaded_at",   "warning",        "error"};
  FileSink out(stdout);
  const std::unique_ptr<Renderer> renderer =
      MakeRenderer({.format = format}, &out);
  LEARNSQL_TRY(renderer->Begin(columns));
  for (const LedgerRow& row : rows) {
    const auto count = [](uint64_t n) {
      return Value::Integer(static_cast<int64_t>(n));
    };
    const std::string start = FormatUtc(row.known.slice.start);
    const std::string end = FormatUtc(row.known.slice.end);
    const std::string published_at = TimeText(row.source_at);
    const std::string loaded_at = TimeText(row.known.loaded_at);
    LEARNSQL_TRY(renderer->Row(std::array{
        Value::Text(start), Value::Text(end), Value::Text(row.known.slice.name),
        Value::Text(NameOf(row.known.state)), count(row.counts.rows_read),
        count(row.counts.rows_loaded), count(row.counts.rows_duplicate),
        count(row.counts.rows_rejected), TextOrNull(published_at),
        TextOrNull(loaded_at), TextOrNull(row.warning),
        TextOrNull(row.error)}));
  }
  LEARNSQL_TRY(renderer->End());
  return out.Flush();
}

// "gap 2015-01-01T02:00:00Z to 2015-01-01T05:00:00Z: 3 slices expected" for
// every run of neighbours in the same state.
size_t PrintGaps(const std::vector<LedgerRow>& rows) {
  size_t gaps = 0;
  for (size_t i = 0; i < rows.size();) {
    if (!IsGap(rows[i])) {
      ++i;
      continue;
    }
    size_t end = i + 1;
    while (end < rows.size() && rows[end].known.state == rows[i].known.state &&
           rows[end].known.slice.start <= rows[end - 1].known.slice.end) {
      ++end;
    }
    gaps += end - i;
    Log(LogLevel::kWarning, "gap " + FormatUtc(rows[i].known.slice.start) +
                                " to " +
                                FormatUtc(rows[end - 1].known.slice.end) +
                                ": " + std::to_string(end - i) + " " +
                                std::string(NameOf(rows[i].known.state)));
    i = end;
  }
  return gaps;
}

// "unknown payload.x: 12 records in 3 slices, first in NAME".
Status PrintUnknown(const std::string& name, const Window& window,
                    Connection* connection) {
  Ledger ledger(connection, name);
  LEARNSQL_TRY_SET(const std::vector<Ledger::UnknownField> fields,
                   ledger.UnknownFields(window));
  for (const Ledger::UnknownField& field : fields) {
    Log(LogLevel::kInfo,
        "unknown " + field.path + ": " + ShowCount(field.count) + " times in " +
            ShowCount(field.slices) + " slices, first in " + field.first);
  }
  return {};
}

// The middle of how long after their end the slices were published, and were
// loaded: of those that were loaded within a day, for older ones were waited
// for by nobody.
void PrintLatency(const std::vector<LedgerRow>& rows) {
  constexpr int64_t kDay = 24 * 3600;
  std::vector<int64_t> published;
  std::vector<int64_t> loaded;
  for (const LedgerRow& row : rows) {
    const int64_t end = row.known.slice.end;
    if (!row.known.loaded_at || *row.known.loaded_at - end > kDay) continue;
    loaded.push_back(*row.known.loaded_at - end);
    if (row.source_at) published.push_back(*row.source_at - end);
  }
  const auto middle = [](std::vector<int64_t>* seconds) {
    const auto at =
        seconds->begin() + static_cast<int64_t>(seconds->size()) / 2;
    std::nth_element(seconds->begin(), at, seconds->end());
    return ShowSeconds(static_cast<double>(*at));
  };
  if (loaded.empty()) return;
  Log(LogLevel::kInfo,
      "latency, middle of " + std::to_string(loaded.size()) +
          " slices after their end: " +
          (published.empty() ? "" : "published " + middle(&published) + ", ") +
          "loaded " + middle(&loaded));
}

// What the names of slices do not show, of the range asked for or that of the
// ledger.
Status PrintNotes(const Invocation& call, const std::string& name,
                  Window window, const std::vector<LedgerRow>& rows) {
  if (rows.empty()) return {};
  if (!window.from) window.from = rows.front().known.slice.start;
  if (!window.to) window.to = rows.back().known.slice.end;
  LEARNSQL_TRY_SET(const ConfiguredSource source, OpenSource(call, name));
  LogNotes(source.source->Notes(window));
  LEARNSQL_TRY_SET(const std::vector<Slice> slices,
                   source.source->Slices(window));
  for (const Slice& slice : slices) {
    if (slice.note.empty()) continue;
    Log(LogLevel::kInfo, slice.name + " " + slice.note);
  }
  return {};
}

Status ShowSource(const Invocation& call, const std::string& name,
                  const Window& window, Format format, Connection* connection,
                  size_t* gaps) {
  LEARNSQL_TRY_SET(const std::vector<LedgerRow> rows,
                   SlicesOf(call, name, window, connection));
  LEARNSQL_TRY(Render(rows, format));
  LEARNSQL_TRY(PrintUnknown(name, window, connection));
  LEARNSQL_TRY(PrintNotes(call, name, window, rows));
  PrintLatency(rows);
  const size_t missing = PrintGaps(rows);
  *gaps += missing;
  uint64_t loaded = 0;
  uint64_t rejected = 0;
  for (const LedgerRow& row : rows) {
    loaded += row.counts.rows_loaded;
    rejected += row.counts.rows_rejected;
  }
  Log(LogLevel::kInfo, name + ": " + std::to_string(rows.size() - missing) +
                           " of " + std::to_string(rows.size()) +
                           " slices are here, " + ShowCount(loaded) +
                           " rows, " + ShowCount(rejected) + " rejected");
  return {};
}

// One line for each part of the source, and the worst of what they said.
Status AskSource(const Invocation& call, const std::string& name) {
  LEARNSQL_TRY_SET(const ConfiguredSource source, OpenSource(call, name));
  LEARNSQL_TRY_SET(const std::vector<SourceAnswer> answers,
                   source.source->Connect());
  Status worst;
  for (const SourceAnswer& answer : answers) {
    std::cout << name << ": " << answer.part << ": "
              << (answer.status.ok() ? "can be read" : "cannot be read") << " ("
              << answer.text << ")\n";
    if (!answer.status.ok()) {
      Log(LogLevel::kError,
          name + ": " + answer.part + ": " + answer.status.ToString());
      worst = answer.status;
    }
  }
  if (worst.ok()) return {};
  return Status(worst.code(), name + " cannot be read as it should");
}

Status AskSources(const Invocation& call) {
  LEARNSQL_TRY_SET(const std::vector<std::string> names, ChosenSources(call));
  Status worst;
  for (const std::string& name : names) {
    const Status status = AskSource(call, name);
    if (status.code() == Code::kCancelled) return status;
    if (!status.ok() && !worst.ok()) {
      Log(LogLevel::kError, worst.ToString());
    }
    if (!status.ok()) worst = status;
  }
  return worst;
}

Status RunStatus(const Invocation& call) {
  if (call.Has("connect")) return AskSources(call);
  LEARNSQL_TRY_SET(const Window window, call.GetWindow());
  const bool json = call.Has("json");
  LEARNSQL_TRY_SET(const Format format,
                   ParseFormat(json                 ? "json"
                               : call.Has("format") ? call.Text("format")
                                                    : "table"));
  LEARNSQL_TRY_SET(const std::vector<std::string> names, ChosenSources(call));
  for (const std::string& name : names) {
    LEARNSQL_TRY(StatusOf(OpenSource(call, name)));
  }
  LEARNSQL_TRY_SET(Connection connection,
                   OpenReadOnly(call.warehouse, call.cancel));
  size_t gaps = 0;
  for (const std::string& name : names) {
    LEARNSQL_TRY(ShowSource(call, name, window, format, &connection, &gaps));
  }
  if (!call.Has("check") || gaps == 0) return {};
  return Status(Code::kGate, std::to_string(gaps) +
                                 " slices of the range are not loaded; "
                                 "'learnsql sync' fetches what is due");
}

}  // namespace

const Command kStatusCommand = {
    .name = "status",
    .arguments = "[SOURCE]",
    .summary = "what is loaded, missing and rejected, slice by slice",
    .help =
        "With --from and --to, slices that were never asked for are shown "
        "as expected.",
    .max_arguments = 1,
    .add_flags = AddStatusFlags,
    .run = RunStatus,
};

}  // namespace learnsql
