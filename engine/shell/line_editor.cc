#include "engine/shell/line_editor.h"

#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cwchar>

#include "engine/query/text_width.h"
#include "engine/shell/catalog.h"
#include "engine/shell/completer.h"
#include "engine/shell/entry_paint.h"
#include "engine/shell/interrupt.h"
#include "engine/shell/script.h"
#include "engine/shell/session.h"
#include "engine/shell/terminal.h"

namespace learnsql {
namespace {

constexpr const char* kPasteOn = "\x1b[?2004h";
constexpr const char* kPasteOff = "\x1b[?2004l";
constexpr size_t kMostListed = 60;  // candidates

// Keys that our own functions press: control characters no keyboard's Enter or
// arrow sends, bound to what libedit calls these moves.
constexpr const char* kPressSubmit = "\x1e";
constexpr const char* kPressOlder = "\x1d";
constexpr const char* kPressNewer = "\x1f";
constexpr wchar_t kInterruptKey = 0x1c;

std::atomic<bool> g_resized = false;

std::atomic<bool> g_continued = false;

void OnResize(int) { g_resized.store(true); }
void OnContinue(int) { g_continued.store(true); }

// Longest text that all candidates begin with.
std::string CommonStart(const std::vector<Candidate>& candidates) {
  std::string common = candidates.front().text;
  for (const Candidate& candidate : candidates) {
    const auto [end, other] =
        std::mismatch(common.begin(), common.end(), candidate.text.begin(),
                      candidate.text.end());
    common.erase(end, common.end());
  }
  while (!IsValidUtf8(common)) common.pop_back();
  return common;
}

}  // namespace

class LineEditor::Impl {
 public:
  explicit Impl(Session* session)
      : session_(session), history_(history_init()) {
    const ShellOptions& options = session->options();
    editor_ = el_init("learnsql", options.in, options.out, options.err);
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &Prompt);
    el_set(editor_, EL_GETCFN, &GetChar);
    HistEvent event;
    history(history_, &event, H_SETSIZE,
            static_cast<int>(History::kMostEntries));
    el_set(editor_, EL_HIST, history, history_);
    for (const std::string& entry : session->history().entries()) {
      Remember(entry);
    }
    AddFunctions();
    el_set(editor_, EL_EDITOR, "emacs");
    if (!session->IsSafe()) el_source(editor_, nullptr);
    session->settings().vi_keys |= HasViKeys();
    UseKeys(session->settings().vi_keys);
    struct sigaction action {};
    action.sa_handler = OnResize;
    sigaction(SIGWINCH, &action, &resize_before_);
    action.sa_handler = OnContinue;
    sigaction(SIGCONT, &action, &continue_before_);
  }

  ~Impl() {
    sigaction(SIGCONT, &continue_before_, nullptr);
    sigaction(SIGWINCH, &resize_before_, nullptr);
    history_end(history_);
    el_end(editor_);
  }

  std::optional<std::string> Read() {
    const bool vi = session_->settings().vi_keys;
    if (vi != HasViKeys()) UseKeys(vi);
    while (true) {
      session_->cancel().Reset();
      interrupted_ = false;
      names_read_ = false;
      g_continued.store(false);
      Send(kPasteOn);
      int size = 0;
      const char* const line = el_gets(editor_, &size);
      Send(kPasteOff);
      if (interrupted_) continue;
      if (line == nullptr || size <= 0) {
        Send("\n");
        return std::nullopt;
      }
      std::string text(line, static_cast<size_t>(size));
      while (text.ends_with('\n')) text.pop_back();
      if (IsBlankSql(text)) continue;
      if (!text.starts_with(' ')) Remember(text);
      return text;
    }
  }

 private:
  static Impl* Of(EditLine* editor) {
    void* impl = nullptr;
    el_get(editor, EL_CLIENTDATA, &impl);
    return static_cast<Impl*>(impl);
  }

  static char* Prompt(EditLine* editor) {
    static char plain[] = "learnsql> ";
    static char in_transaction[] = "learnsql*> ";
    return Of(editor)->session_->connection().in_transaction() ? in_transaction
                                                               : plain;
  }

  void Send(const char* text) const {
    std::fputs(text, session_->options().out);
    std::fflush(session_->options().out);
  }

  void Remember(const std::string& entry) {
    HistEvent event;
    history(history_, &event, H_ENTER, entry.c_str());
  }

  // ---------- keys

  void AddFunctions() {
    // The wide form keeps these pointers; the narrow one leaks copies.
    el_wset(editor_, EL_ADDFN, L"learnsql-enter", L"submit, or begin a line",
            &Enter);
    el_wset(editor_, EL_ADDFN, L"learnsql-up", L"line above, or older", &Up);
    el_wset(editor_, EL_ADDFN, L"learnsql-down", L"line below, or newer",
            &Down);
    el_wset(editor_, EL_ADDFN, L"learnsql-line-begin", L"to the line's begin",
            &LineBegin);
    el_wset(editor_, EL_ADDFN, L"learnsql-line-end", L"to the line's end",
            &LineEnd);
    el_wset(editor_, EL_ADDFN, L"learnsql-complete", L"complete", &TabKey);
    el_wset(editor_, EL_ADDFN, L"learnsql-paste", L"take pasted text", &Paste);
    el_wset(editor_, EL_ADDFN, L"learnsql-abort", L"drop the entry", &Abort);
  }

  // The person's ~/.editrc may have chosen vi.
  bool HasViKeys() const {
    const char* name = nullptr;
    return el_get(editor_, EL_EDITOR, &name) == 0 && name != nullptr &&
           std::string_view(name) == "vi";
  }

  void UseKeys(bool vi) {
    if (vi != HasViKeys()) el_set(editor_, EL_EDITOR, vi ? "vi" : "emacs");
    BindIn(nullptr);
    Bind(nullptr, "\t", "learnsql-complete");
    Bind(nullptr, "^L", "ed-clear-screen");  // vi's inserting writes it
    if (vi) {
      // There an escape ends the inserting, and what follows it is a command.
      BindIn("-a");
      BindSequences("-a", "");
    } else {
      BindSequences(nullptr, "\x1b");
      Bind(nullptr, "^R", "em-inc-search-prev");
      Bind(nullptr, "^A", "learnsql-line-begin");
      Bind(nullptr, "^E", "learnsql-line-end");
    }
  }

  void BindIn(const char* map) {
    Bind(map, "\r", "learnsql-enter");
    Bind(map, "\n", "learnsql-enter");
    Bind(map, kPressSubmit, "ed-newline");
    Bind(map, kPressOlder, "ed-prev-history");
    Bind(map, kPressNewer, "ed-next-history");
    Bind(map, "\x1c", "learnsql-abort");
  }

  // What terminals send for keys that are no characters.
  void BindSequences(const char* map, const std::string& escape) {
    constexpr std::pair<const char*, const char*> kSequences[] = {
        {"[A", "learnsql-up"},          {"OA", "learnsql-up"},
        {"[B", "learnsql-down"},        {"OB", "learnsql-down"},
        {"[C", "ed-next-char"},         {"OC", "ed-next-char"},
        {"[D", "ed-prev-char"},         {"OD", "ed-prev-char"},
        {"[H", "learnsql-line-begin"},  {"OH", "learnsql-line-begin"},
        {"[1~", "learnsql-line-begin"}, {"[F", "learnsql-line-end"},
        {"OF", "learnsql-line-end"},    {"[4~", "learnsql-line-end"},
        {"[3~", "ed-delete-next-char"}, {"[1;5C", "em-next-word"},
        {"[1;5D", "ed-prev-word"},      {"[200~", "learnsql-paste"}};
    for (const auto& [sequence, function] : kSequences) {
      Bind(map, (escape + sequence).c_str(), function);
    }
  }

  void Bind(const char* map, const char* key, const char* function) {
    if (map == nullptr) {
      el_set(editor_, EL_BIND, key, function, nullptr);
    } else {
      el_set(editor_, EL_BIND, map, key, function, nullptr);
    }
  }

  // ---------- characters

  // Reads one character as UTF-8; Ctrl-C arrives as a key, a changed window
  // is drawn anew.
  static int GetChar(EditLine* editor, wchar_t* out) {
    Impl* const impl = Of(editor);
    std::string bytes;
    while (true) {
      if (g_continued.exchange(false)) impl->TakeTerminalBack();
      if (g_resized.exchange(false)) el_resize(editor);
      if (bytes.empty()) impl->PaintWhenIdle();
      impl->ReadNamesWhenIdle();
      impl->WaitForInput();
      if (g_resized.load() || g_continued.load()) continue;
      if (TerminationAsked()) return 0;
      if (impl->session_->cancel().cancelled()) {
        impl->session_->cancel().Reset();
        *out = kInterruptKey;
        return 1;
      }
      char byte = 0;
      const ssize_t size = read(fileno(impl->session_->options().in), &byte, 1);
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return static_cast<int>(size);
      bytes.push_back(byte);
      if (IsWholeCharacter(bytes)) break;
    }
    size_t at = 0;
    *out = static_cast<wchar_t>(NextCodePoint(bytes, &at));
    return 1;
  }

  // After Ctrl-Z and fg: the command line's shell has set the terminal for
  // itself, and the entry stands above what it wrote.
  void TakeTerminalBack() {
    el_set(editor_, EL_PREP_TERM, 0);
    el_set(editor_, EL_PREP_TERM, 1);
    Send(kPasteOn);
    el_set(editor_, EL_REFRESH);
  }

  // Until there is something to read or a signal has come, also one that came
  // just before: a Ctrl-C must not wait for the next key and then drop it.
  void WaitForInput() const {
    sigset_t watched;
    sigset_t before;
    sigemptyset(&watched);
    sigaddset(&watched, SIGCONT);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGWINCH);
    sigprocmask(SIG_BLOCK, &watched, &before);
    if (!TerminationAsked() && !session_->cancel().cancelled() &&
        !g_resized.load() && !g_continued.load()) {
      pollfd input{fileno(session_->options().in), POLLIN, 0};
      ppoll(&input, 1, nullptr, &before);
    }
    sigprocmask(SIG_SETMASK, &before, nullptr);
  }

  static bool IsWholeCharacter(const std::string& bytes) {
    const auto lead = static_cast<unsigned char>(bytes[0]);
    const size_t size = lead >= 0xf0   ? 4
                        : lead >= 0xe0 ? 3
                        : lead >= 0xc0 ? 2
                                       : 1;
    return bytes.size() >= size;
  }

  // ---------- colours

  // libedit draws without colours; once it has drawn and nothing more is typed,
  // the same characters are written over with them.
  void PaintWhenIdle() {
    pollfd input{fileno(session_->options().in), POLLIN, 0};
    if (poll(&input, 1, 0) == 0) Paint();
  }

  void Paint() {
    if (!LookAtTerminal(session_->options().out).color) return;
    size_t cursor = 0;
    const std::string text = Text(&cursor);
    Send(PaintEntry(text, cursor, Place()).c_str());
  }

  EntryPlace Place() const {
    int width = 0;
    int height = 0;
    el_get(editor_, EL_GETTC, "co", &width);
    el_get(editor_, EL_GETTC, "li", &height);
    return {TextWidth(Prompt(editor_)), static_cast<size_t>(width),
            static_cast<size_t>(height)};
  }

  // ---------- what keys do

  std::string Text(size_t* cursor) const {
    const LineInfo* const line = el_line(editor_);
    *cursor = static_cast<size_t>(line->cursor - line->buffer);
    return std::string(line->buffer,
                       static_cast<size_t>(line->lastchar - line->buffer));
  }

  static unsigned char Enter(EditLine* editor, int) {
    size_t cursor = 0;
    const std::string text = Of(editor)->Text(&cursor);
    if (IsComplete(text)) {
      Of(editor)->Paint();  // what is typed fast was not yet
      el_push(editor, kPressSubmit);
      return CC_NORM;
    }
    el_insertstr(editor, "\n");
    return CC_REFRESH;
  }

  static unsigned char Up(EditLine* editor, int) {
    return Of(editor)->MoveLine(-1, kPressOlder);
  }
  static unsigned char Down(EditLine* editor, int) {
    return Of(editor)->MoveLine(+1, kPressNewer);
  }

  static unsigned char LineBegin(EditLine* editor, int) {
    const Lines lines(editor);
    return MoveTo(editor, lines.cursor, lines.begin);
  }
  static unsigned char LineEnd(EditLine* editor, int) {
    const Lines lines(editor);
    return MoveTo(editor, lines.cursor, lines.end);
  }

  // The entry and the line of it that the cursor is in, in characters.
  struct Lines {
    explicit Lines(EditLine* editor) {
      const LineInfoW* const line = el_wline(editor);
      text = {line->buffer, static_cast<size_t>(line->lastchar - line->buffer)};
      cursor = static_cast<size_t>(line->cursor - line->buffer);
      begin = BeginOf(cursor);
      end = EndOf(cursor);
    }
    size_t BeginOf(size_t at) const {
      return at == 0 ? 0 : text.rfind(L'\n', at - 1) + 1;
    }
    size_t EndOf(size_t at) const {
      return std::min(text.find(L'\n', at), text.size());
    }

    std::wstring_view text;
    size_t cursor = 0;
    size_t begin = 0;
    size_t end = 0;
  };

  static unsigned char MoveTo(EditLine* editor, size_t from, size_t to) {
    el_cursor(editor, static_cast<int>(to) - static_cast<int>(from));
    return CC_CURSOR;
  }

  // To the same column of the line above or below; beyond the first and last
  // line through the history.
  unsigned char MoveLine(int direction, const char* beyond) {
    const Lines lines(editor_);
    const bool up = direction < 0;
    if (up ? lines.begin == 0 : lines.end == lines.text.size()) {
      return Press(beyond);
    }
    const size_t target = up ? lines.BeginOf(lines.begin - 1) : lines.end + 1;
    const size_t wanted =
        std::min(target + (lines.cursor - lines.begin), lines.EndOf(target));
    return MoveTo(editor_, lines.cursor, wanted);
  }

  unsigned char Press(const char* key) {
    el_push(editor_, key);
    return CC_NORM;
  }

  static unsigned char Abort(EditLine* editor, int) {
    // The mark behind the whole entry, wherever the cursor is.
    Of(editor)->interrupted_ = true;
    el_cursor(editor, 1 << 20);
    el_insertstr(editor, "^C");
    el_push(editor, kPressSubmit);
    return CC_REFRESH;
  }

  // Everything up to the end mark goes in as it is, so nothing that is pasted
  // can press a key.
  static unsigned char Paste(EditLine* editor, int) {
    static constexpr std::wstring_view kEnd = L"\x1b[201~";
    std::wstring pasted;
    wchar_t c = 0;
    while (!pasted.ends_with(kEnd)) {
      if (GetChar(editor, &c) != 1) return CC_EOF;
      if (c == kInterruptKey) return Abort(editor, 0);
      pasted.push_back(c);
    }
    pasted.resize(pasted.size() - kEnd.size());
    std::wstring text;
    for (size_t i = 0; i < pasted.size(); ++i) {
      wchar_t kept = pasted[i];
      if (kept == L'\r') {
        if (i + 1 < pasted.size() && pasted[i + 1] == L'\n') continue;
        kept = L'\n';
      }
      const bool control = kept < 0x20 && kept != L'\n' && kept != L'\t';
      if (!control && kept != 0x7f) text.push_back(kept);
    }
    Of(editor)->Insert(text);
    return CC_REFRESH;
  }

  // With vi keys the escape before the paste has ended the inserting and gone
  // a character back; it goes on behind the text.
  void Insert(const std::wstring& text) {
    const bool vi = HasViKeys();
    const LineInfoW* const line = el_wline(editor_);
    if (vi && line->cursor < line->lastchar) el_cursor(editor_, 1);
    el_winsertstr(editor_, text.c_str());
    if (vi) el_push(editor_, "a");
  }

  // ---------- completion

  static unsigned char TabKey(EditLine* editor, int) {
    return Of(editor)->CompleteHere();
  }

  unsigned char CompleteHere() {
    size_t cursor = 0;
    const std::string text = Text(&cursor);
    CatalogReader& catalog = UseCatalog();
    const CompletionAccess access{
        !session_->IsSafe(),
        [this](const std::string& table, const std::string& column,
               std::string_view prefix) {
          return ReadColumnValues(&session_->connection(), &session_->guard(),
                                  table, column, prefix);
        }};
    const Completion completion =
        Complete(catalog.Read(), text, cursor, access);
    if (completion.candidates.empty()) return CC_REFRESH_BEEP;
    const std::string word =
        text.substr(completion.begin, cursor - completion.begin);
    if (completion.candidates.size() == 1) {
      return Replace(word, WithEnd(completion.candidates[0].text));
    }
    const std::string common = CommonStart(completion.candidates);
    if (common.size() > word.size()) return Replace(word, common);
    ShowCandidates(completion.candidates, text, cursor);
    return CC_REDISPLAY;
  }

  // A word that is done is followed by a blank; an open parenthesis and a
  // folder go on.
  static std::string WithEnd(const std::string& text) {
    const bool goes_on = text.ends_with('(') || text.ends_with('/');
    return goes_on ? text : text + " ";
  }

  unsigned char Replace(const std::string& word, const std::string& text) {
    std::wstring wide;
    for (size_t at = 0; at < word.size();) {
      wide.push_back(static_cast<wchar_t>(NextCodePoint(word, &at)));
    }
    if (!wide.empty()) el_deletestr(editor_, static_cast<int>(wide.size()));
    el_insertstr(editor_, text.c_str());
    return CC_REFRESH;
  }

  // Names take 20 ms of 500 tables: they are read while the person thinks, so
  // that the first Tab need not wait for them.
  void ReadNamesWhenIdle() {
    constexpr int kIdleMillis = 50;
    if (names_read_) return;
    pollfd input{fileno(session_->options().in), POLLIN, 0};
    if (poll(&input, 1, kIdleMillis) != 0) return;
    names_read_ = true;
    UseCatalog().Read();
  }

  CatalogReader& UseCatalog() {
    // A file opened anew is another connection.
    if (catalog_for_ != session_->connection().handle()) {
      catalog_.emplace(&session_->connection(), &session_->guard());
      catalog_for_ = session_->connection().handle();
    }
    return *catalog_;
  }

  // Writes the list under the entry, which is then drawn again below.
  void ShowCandidates(const std::vector<Candidate>& candidates,
                      const std::string& text, size_t cursor) {
    const size_t width = LookAtTerminal(session_->options().out).width;
    const EntryPlace place = Place();
    const size_t above = CursorRow(text.substr(0, cursor), place).value_or(0);
    const size_t below = CursorRow(text, place).value_or(above) - above;
    std::string list(below + 1, '\n');
    size_t widest = 1;
    const size_t shown = std::min(candidates.size(), kMostListed);
    std::vector<std::string> entries;
    for (size_t i = 0; i < shown; ++i) {
      const Candidate& candidate = candidates[i];
      entries.push_back(candidate.note.empty()
                            ? candidate.text
                            : candidate.text + "  " + candidate.note);
      widest = std::max(widest, TextWidth(entries.back()));
    }
    const size_t columns = std::max<size_t>(1, width / (widest + 3));
    for (size_t i = 0; i < entries.size(); ++i) {
      const bool last = (i + 1) % columns == 0 || i + 1 == entries.size();
      list += entries[i];
      list +=
          last ? "\n" : std::string(widest + 3 - TextWidth(entries[i]), ' ');
    }
    if (shown < candidates.size()) {
      list += "… and " + std::to_string(candidates.size() - shown) + " more\n";
    }
    // libedit goes up to where it believes the entry begins.
    list.append(above, '\n');
    Send(list.c_str());
  }

  Session* const session_;
  ::History* const history_;
  EditLine* editor_ = nullptr;
  std::optional<CatalogReader> catalog_;
  sqlite3* catalog_for_ = nullptr;
  struct sigaction resize_before_ {};
  struct sigaction continue_before_ {};
  bool interrupted_ = false;
  bool names_read_ = false;  // since the prompt was shown
};

LineEditor::LineEditor(Session* session)
    : impl_(std::make_unique<Impl>(session)) {}
LineEditor::~LineEditor() = default;

std::optional<std::string> LineEditor::Read() { return impl_->Read(); }

}  // namespace learnsql
