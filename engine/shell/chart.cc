#include "engine/shell/chart.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "engine/query/loose_tokens.h"
#include "engine/query/text_width.h"
#include "engine/query/value_text.h"
#include "engine/shell/screen.h"

namespace learnsql {
namespace {

constexpr size_t kMostBars = 60;
constexpr size_t kMostLabel = 24;  // cells
constexpr size_t kBins = 20;
constexpr size_t kPlotLines = 12;

std::optional<double> NumberOf(const Value& value) {
  if (value.kind == Value::Kind::kInteger) {
    return static_cast<double>(value.integer);
  }
  if (value.kind == Value::Kind::kReal && std::isfinite(value.real)) {
    return value.real;
  }
  return std::nullopt;
}

std::string NumberText(double number) {
  if (number == std::round(number) && std::fabs(number) < 1e15) {
    return std::to_string(static_cast<int64_t>(number));
  }
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", number);
  return text;
}

// A bar of eighths of a cell.
std::string Bar(double share, size_t cells) {
  constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<size_t>(std::lround(
      std::clamp(share, 0.0, 1.0) * static_cast<double>(cells * 8)));
  std::string bar;
  for (size_t i = 0; i < eighths / 8; ++i) bar += "█";
  return bar + kEighths[eighths % 8];
}

std::string PadRight(std::string text, size_t width) {
  const size_t has = TextWidth(text);
  return text.append(width > has ? width - has : 0, ' ');
}

std::string PadLeft(const std::string& text, size_t width) {
  const size_t has = TextWidth(text);
  return std::string(width > has ? width - has : 0, ' ') + text;
}

struct Point {
  std::string label;
  double value = 0;
};

// Bars below each other, each with its label and number.
std::string DrawBars(const std::vector<Point>& points, size_t width) {
  size_t label = 1;
  size_t number = 1;
  double most = 0;
  for (const Point& point : points) {
    label = std::max(label, TextWidth(point.label));
    number = std::max(number, NumberText(point.value).size());
    most = std::max(most, std::fabs(point.value));
  }
  label = std::min(label, kMostLabel);
  const size_t taken = label + number + 4;
  const size_t cells = width > taken + 5 ? width - taken : 5;
  std::string text;
  for (const Point& point : points) {
    bool cut = false;
    const std::string bar =
        Bar(most > 0 ? std::fabs(point.value) / most : 0, cells);
    text += PadRight(FitText(point.label, label, &cut), label) + "  " +
            PadLeft(NumberText(point.value), number) + "  " + bar + "\n";
  }
  return text;
}

class ChartMaker {
 public:
  ChartMaker(const KeptResult& result, const ChartOptions& options)
      : result_(result), options_(options) {}

  Result<std::string> Make() {
    if (options_.kind == "spark") return Sparks();
    LEARNSQL_TRY(ChooseColumns());
    if (options_.kind == "bar") return Bars();
    if (options_.kind == "hist") return Histogram();
    if (options_.kind == "line") return Line();
    return Status(Code::kUsage, "unknown chart '" + options_.kind +
                                    "' (bar, line, hist or spark)");
  }

 private:
  bool HasNumbers(size_t column) const {
    for (size_t r = 0; r < result_.kept_rows(); ++r) {
      if (NumberOf(result_.Row(r)[column])) return true;
    }
    return false;
  }

  Result<size_t> Find(const std::string& name) const {
    for (size_t c = 0; c < result_.columns().size(); ++c) {
      if (SameName(result_.columns()[c], name)) return c;
    }
    return Status(Code::kUsage, "the result has no column " + name);
  }

  // A column that one of the arguments names is taken; of one argument alone
  // what it is, numbers or labels, says whether it is x or y.
  Status ChooseColumns() {
    if (!options_.x.empty()) {
      LEARNSQL_TRY_SET(x_, Find(options_.x));
    }
    if (!options_.y.empty()) {
      LEARNSQL_TRY_SET(y_, Find(options_.y));
      return CheckNumbers();
    }
    if (x_ && result_.columns().size() == 1) y_ = x_;
    // Numbers tend to stand behind what they count.
    for (size_t c = result_.columns().size(); !y_ && c > 0; --c) {
      if (HasNumbers(c - 1) && x_ != c - 1) y_ = c - 1;
    }
    if (!y_ && x_) y_ = x_;
    return CheckNumbers();
  }

  Status CheckNumbers() const {
    if (y_ && HasNumbers(*y_)) return {};
    return Status(
        Code::kUsage,
        y_ ? "the column " + result_.columns()[*y_] + " has no numbers"
           : "the last result has no column of numbers");
  }

  std::optional<size_t> LabelColumn() const {
    if (x_) return x_;
    for (size_t c = 0; c < result_.columns().size(); ++c) {
      if (c != *y_) return c;
    }
    return std::nullopt;
  }

  std::vector<Point> Points(size_t most) const {
    const std::optional<size_t> labels = LabelColumn();
    std::vector<Point> points;
    for (size_t r = 0; r < result_.kept_rows() && points.size() < most; ++r) {
      const std::span<const Value> row = result_.Row(r);
      const std::optional<double> number = NumberOf(row[*y_]);
      if (!number) continue;
      const std::string label = !labels ? std::to_string(r + 1)
                                : row[*labels].is_null()
                                    ? "NULL"
                                    : VisibleText(PlainText(row[*labels]));
      points.push_back({label, *number});
    }
    return points;
  }

  std::vector<double> Numbers(size_t column) const {
    std::vector<double> numbers;
    for (size_t r = 0; r < result_.kept_rows(); ++r) {
      const auto number = NumberOf(result_.Row(r)[column]);
      if (number) numbers.push_back(*number);
    }
    return numbers;
  }

  std::string NameOf(size_t column) const {
    return VisibleText(result_.columns()[column]);
  }

  std::string Title() const { return NameOf(*y_) + "\n"; }

  // What a drawing leaves out is said under it.
  std::string Rest(size_t drawn) const {
    const uint64_t total = result_.total_rows();
    if (drawn >= total) return "";
    return GroupDigits(total) + " rows (" + GroupDigits(drawn) + " drawn)\n";
  }

  std::string Bars() const {
    const std::vector<Point> points = Points(kMostBars);
    return Title() + DrawBars(points, options_.width) + Rest(points.size());
  }

  std::string Histogram() const {
    const std::vector<double> numbers = Numbers(*y_);
    const auto [low, high] =
        std::minmax_element(numbers.begin(), numbers.end());
    const double step = (*high - *low) / kBins;
    std::vector<Point> bins(step > 0 ? kBins : 1);
    for (size_t i = 0; i < bins.size(); ++i) {
      bins[i].label = NumberText(*low + step * static_cast<double>(i)) + " …";
    }
    for (const double number : numbers) {
      const size_t bin =
          step > 0 ? static_cast<size_t>((number - *low) / step) : 0;
      bins[std::min(bin, bins.size() - 1)].value += 1;
    }
    return Title() + DrawBars(bins, options_.width) + Rest(numbers.size());
  }

  // One line of blocks for each column of numbers.
  Result<std::string> Sparks() const {
    size_t name = 1;
    for (size_t c = 0; c < result_.columns().size(); ++c) {
      if (HasNumbers(c)) name = std::max(name, TextWidth(NameOf(c)));
    }
    const size_t cells = options_.width - std::min(options_.width, name + 2);
    std::string text;
    for (size_t c = 0; c < result_.columns().size(); ++c) {
      if (!HasNumbers(c)) continue;
      text +=
          PadRight(NameOf(c), name) + "  " + Spark(Numbers(c), cells) + "\n";
    }
    if (!text.empty()) return text;
    return Status(Code::kUsage, "the last result has no column of numbers");
  }

  // More numbers than cells are averaged.
  static std::vector<double> Squeezed(const std::vector<double>& numbers,
                                      size_t cells) {
    if (numbers.size() <= cells || cells == 0) return numbers;
    std::vector<double> squeezed;
    for (size_t i = 0; i < cells; ++i) {
      const size_t from = i * numbers.size() / cells;
      const size_t to = std::max(from + 1, (i + 1) * numbers.size() / cells);
      double sum = 0;
      for (size_t n = from; n < to; ++n) sum += numbers[n];
      squeezed.push_back(sum / static_cast<double>(to - from));
    }
    return squeezed;
  }

  static std::string Spark(const std::vector<double>& all, size_t cells) {
    constexpr const char* kLevels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const std::vector<double> numbers = Squeezed(all, cells);
    const auto [low, high] =
        std::minmax_element(numbers.begin(), numbers.end());
    std::string text;
    for (const double number : numbers) {
      const double share =
          *high > *low ? (number - *low) / (*high - *low) : 0.0;
      text += kLevels[std::min<size_t>(7, static_cast<size_t>(share * 8))];
    }
    return text;
  }

  // A curve of braille dots, 2 by 4 in a cell.
  std::string Line() const {
    const std::vector<double> all = Numbers(*y_);
    const auto [low, high] = std::minmax_element(all.begin(), all.end());
    const size_t axis =
        std::max(NumberText(*low).size(), NumberText(*high).size());
    const size_t cells =
        options_.width > axis + 12 ? options_.width - axis - 2 : 10;
    std::vector<std::vector<unsigned>> dots(kPlotLines,
                                            std::vector<unsigned>(cells, 0));
    Plot(Squeezed(all, cells * 2), *low, *high, &dots);
    std::string text = Title();
    for (size_t line = 0; line < kPlotLines; ++line) {
      const std::string mark = line == 0                ? NumberText(*high)
                               : line + 1 == kPlotLines ? NumberText(*low)
                                                        : "";
      text += PadLeft(mark, axis) + " ┤";
      for (const unsigned cell : dots[line]) {
        AppendCodePoint(U'\u2800' + cell, &text);
      }
      text += '\n';
    }
    return text + Rest(all.size());
  }

  static void Plot(const std::vector<double>& numbers, double low, double high,
                   std::vector<std::vector<unsigned>>* dots) {
    constexpr unsigned kDots[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    const size_t columns = (*dots)[0].size() * 2;
    const size_t rows = kPlotLines * 4 - 1;
    const size_t count = numbers.size();
    size_t before = 0;
    for (size_t x = 0; x < columns; ++x) {
      const size_t at = count < 2 ? 0 : x * (count - 1) / (columns - 1);
      const double share =
          high > low ? (numbers[at] - low) / (high - low) : 0.5;
      const auto y = static_cast<size_t>(
          std::lround((1 - share) * static_cast<double>(rows)));
      // A jump is drawn as a stroke, so that the curve stays one.
      const size_t from = x == 0 ? y : std::min(before, y);
      const size_t to = x == 0 ? y : std::max(before, y);
      for (size_t d = from; d <= to; ++d) {
        (*dots)[d / 4][x / 2] |= kDots[d % 4][x % 2];
      }
      before = y;
    }
  }

  const KeptResult& result_;
  const ChartOptions& options_;
  std::optional<size_t> x_;
  std::optional<size_t> y_;
};

}  // namespace

Result<std::string> DrawChart(const KeptResult& result,
                              const ChartOptions& options) {
  if (result.kept_rows() == 0) {
    return Status(Code::kUsage,
                  "there is no result to draw: run a query first");
  }
  return ChartMaker(result, options).Make();
}

}  // namespace learnsql
