#include <algorithm>

#include "engine/query/renderers.h"
#include "engine/query/text_width.h"
#include "engine/query/value_text.h"

namespace learnsql {
namespace {

// RFC 4180: quoted where it must be. An empty text is "" so that nothing at all
// can mean NULL.
std::string CsvField(std::string_view text) {
  const bool plain =
      !text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos;
  return plain ? std::string(text) : QuoteName(text);
}

std::string TsvField(std::string_view text) {
  std::string field;
  for (const char c : text) {
    switch (c) {
      case '\t':
        field += "\\t";
        break;
      case '\n':
        field += "\\n";
        break;
      case '\r':
        field += "\\r";
        break;
      case '\\':
        field += "\\\\";
        break;
      default:
        field += c;
    }
  }
  return field;
}

std::string TclField(std::string_view text) {
  std::string field = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      field += '\\';
      field += c;
    } else if (c == '\n' || c == '\t' || c == '\r') {
      field += c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r";
    } else if (byte < 0x20 || byte == 0x7f) {
      char octal[5];
      std::snprintf(octal, sizeof(octal), "\\%03o", byte);
      field += octal;
    } else {
      field += c;
    }
  }
  return field + "\"";
}

std::string HtmlText(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '&':
        html += "&amp;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

// A row on a line, values joined by a separator: the part that csv, tsv, list,
// ascii, tcl and quote share.
class DelimitedRenderer final : public Renderer {
 public:
  struct Style {
    std::string separator;
    std::string row_end;
    std::string null_text;
    std::string (*name)(std::string_view);
    std::string (*value)(const Value&);
  };

  DelimitedRenderer(Style style, bool header, TextSink* sink)
      : style_(std::move(style)), header_(header), sink_(sink) {}

  Status Begin(std::span<const std::string> columns) override {
    if (!header_) return {};
    std::string line;
    for (const std::string& column : columns) {
      if (&column != &columns.front()) line += style_.separator;
      line += style_.name(column);
    }
    return sink_->Write(line + style_.row_end);
  }

  Status Row(std::span<const Value> values) override {
    line_.clear();
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) line_ += style_.separator;
      line_ += values[i].is_null() ? style_.null_text : style_.value(values[i]);
    }
    line_ += style_.row_end;
    return sink_->Write(line_);
  }

  Status End() override { return sink_->Flush(); }

 private:
  const Style style_;
  const bool header_;
  TextSink* const sink_;
  std::string line_;
};

std::string AsIs(std::string_view text) { return std::string(text); }

DelimitedRenderer::Style StyleOf(const RenderOptions& options) {
  const auto null_or = [&](const char* text) {
    return options.null_text.value_or(text);
  };
  switch (options.format) {
    case Format::kCsv:
      return {",", "\r\n", null_or(""), CsvField,
              [](const Value& v) { return CsvField(PlainText(v)); }};
    case Format::kTsv:
      return {"\t", "\n", null_or("\\N"), TsvField,
              [](const Value& v) { return TsvField(PlainText(v)); }};
    case Format::kAscii:
      return {"\x1f", "\x1e", null_or(""), AsIs, PlainText};
    case Format::kTcl:
      return {" ", "\n", TclField(null_or("")), TclField,
              [](const Value& v) { return TclField(PlainText(v)); }};
    case Format::kQuote:
      return {",", "\n", "NULL", QuoteText, SqlLiteral};
    default:
      return {options.separator.empty() ? "|" : options.separator, "\n",
              null_or(""), AsIs, PlainText};
  }
}

class InsertRenderer final : public Renderer {
 public:
  InsertRenderer(std::string_view table, bool header, TextSink* sink)
      : table_(table), header_(header), sink_(sink) {}

  Status Begin(std::span<const std::string> columns) override {
    start_ = "INSERT INTO " + QuoteName(table_);
    if (header_) {
      start_ += "(";
      for (const std::string& column : columns) {
        if (&column != &columns.front()) start_ += ",";
        start_ += QuoteName(column);
      }
      start_ += ")";
    }
    start_ += " VALUES(";
    return {};
  }

  Status Row(std::span<const Value> values) override {
    std::string line = start_;
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) line += ",";
      line += SqlLiteral(values[i]);
    }
    return sink_->Write(line + ");\n");
  }

  Status End() override { return sink_->Flush(); }

 private:
  const std::string table_;
  const bool header_;
  TextSink* const sink_;
  std::string start_;
};

class HtmlRenderer final : public Renderer {
 public:
  HtmlRenderer(const RenderOptions& options, TextSink* sink)
      : null_cell_("<td class=\"null\">" +
                   HtmlText(options.null_text.value_or("")) + "</td>"),
        header_(options.header),
        sink_(sink) {}

  Status Begin(std::span<const std::string> columns) override {
    std::string line = "<table>\n";
    if (header_) {
      line += "<tr>";
      for (const std::string& column : columns) {
        line += "<th>" + HtmlText(ValidUtf8(column)) + "</th>";
      }
      line += "</tr>\n";
    }
    return sink_->Write(line);
  }

  Status Row(std::span<const Value> values) override {
    std::string line = "<tr>";
    for (const Value& value : values) {
      line += value.is_null()
                  ? null_cell_
                  : "<td>" + HtmlText(ValidUtf8(PlainText(value))) + "</td>";
    }
    return sink_->Write(line + "</tr>\n");
  }

  Status End() override {
    LEARNSQL_TRY(sink_->Write("</table>\n"));
    return sink_->Flush();
  }

 private:
  const std::string null_cell_;
  const bool header_;
  TextSink* const sink_;
};

// The name of each column before its value. Line breaks stay breaks, indented
// to stand under the value, because this is the format for long texts.
class LineRenderer final : public Renderer {
 public:
  LineRenderer(const RenderOptions& options, TextSink* sink)
      : null_text_(options.null_text.value_or("NULL")), sink_(sink) {}

  Status Begin(std::span<const std::string> columns) override {
    names_.clear();
    size_t width = 0;
    for (const std::string& column : columns) {
      names_.push_back(VisibleText(column));
      width = std::max(width, TextWidth(names_.back()));
    }
    for (std::string& name : names_) {
      name.insert(0, width - TextWidth(name), ' ');
      name += " = ";
    }
    indent_ = "\n" + std::string(width + 3, ' ');
    first_ = true;
    return {};
  }

  Status Row(std::span<const Value> values) override {
    std::string text = first_ ? "" : "\n";
    first_ = false;
    for (size_t i = 0; i < values.size(); ++i) {
      text += names_[i];
      text += values[i].is_null() ? null_text_ : Indented(PlainText(values[i]));
      text += '\n';
    }
    return sink_->Write(text);
  }

  Status End() override { return sink_->Flush(); }

 private:
  std::string Indented(std::string_view text) const {
    std::string indented;
    while (true) {
      const size_t end = text.find('\n');
      indented += VisibleText(text.substr(0, end));
      if (end == std::string_view::npos) return indented;
      indented += indent_;
      text.remove_prefix(end + 1);
    }
  }

  const std::string null_text_;
  TextSink* const sink_;
  std::vector<std::string> names_;
  std::string indent_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<Renderer> MakeRowRenderer(const RenderOptions& options,
                                          TextSink* sink) {
  switch (options.format) {
    case Format::kInsert:
      return std::make_unique<InsertRenderer>(options.insert_table,
                                              options.header, sink);
    case Format::kHtml:
      return std::make_unique<HtmlRenderer>(options, sink);
    case Format::kLine:
      return std::make_unique<LineRenderer>(options, sink);
    default:
      return std::make_unique<DelimitedRenderer>(StyleOf(options),
                                                 options.header, sink);
  }
}

}  // namespace learnsql
