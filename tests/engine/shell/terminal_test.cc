// Drives the shell in a real terminal, as people do: tmux types, and shows what
// the screen then looks like.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "tests/engine/shell/driven.h"

namespace learnsql {
namespace {

class InTerminal : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("tmux -V > /dev/null 2>&1") != 0) {
      GTEST_SKIP() << "tmux is not installed";
    }
  }

  void TearDown() override { Tmux("kill-server"); }

  // Starts the shell in a terminal of this size and waits for its prompt.
  void Start(int width, int height, const std::string& arguments = "") {
    shell_.Write("start.sh", "cd " + shell_.folder() + "; unset NO_COLOR;" +
                                 environment_ + " HOME=" + shell_.folder() +
                                 " PAGER=cat TERM=screen-256color " +
                                 SHELL_DRIVER + " warehouse.db " + arguments +
                                 "; echo left with $?; sleep 60\n");
    ++starts_;
    Tmux("new-session -d -x " + std::to_string(width) + " -y " +
         std::to_string(height) + " sh " + shell_.Path("start.sh"));
    WaitFor("learnsql>");
  }

  // A server that ends and one that begins must not meet.
  std::string Socket() const {
    return shell_.Path("tmux" + std::to_string(starts_));
  }

  void Tmux(const std::string& command) {
    const std::string line = "tmux -S " + Socket() + " -f /dev/null " +
                             command + " > /dev/null 2>&1";
    (void)!std::system(line.c_str());
  }

  // As one word of the shell, whose last semicolon is none of tmux's own.
  static std::string Quoted(std::string text) {
    if (text.ends_with(';')) text.insert(text.size() - 1, "\\");
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return quoted + "'";
  }

  void Type(const std::string& text) { Tmux("send-keys -l " + Quoted(text)); }
  void Press(const std::string& key) { Tmux("send-keys " + key); }
  void Enter(const std::string& text) {
    Type(text);
    Press("Enter");
  }
  void Paste(const std::string& text) {
    shell_.Write("pasted", text);
    Tmux("load-buffer " + shell_.Path("pasted"));
    Tmux("paste-buffer -p");
  }

  // `flags` of tmux: -e for colours too.
  std::string Screen(const std::string& flags = "") {
    const std::string line = "tmux -S " + Socket() + " capture-pane -p " +
                             flags + " > " + shell_.Path("screen") +
                             " 2> /dev/null";
    (void)!std::system(line.c_str());
    std::string screen = shell_.Read("screen");
    while (screen.ends_with('\n')) screen.pop_back();
    return screen;
  }

  // The screen once `text` is on it; fails after ten seconds.
  std::string WaitFor(const std::string& text) {
    std::string screen;
    for (int i = 0; i < 400; ++i) {
      screen = Screen();
      if (screen.find(text) != std::string::npos) return screen;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    ADD_FAILURE() << "waited in vain for " << text << " on\n" << screen;
    return screen;
  }

  void ExpectSeen(const std::string& text) { WaitFor(text); }

  DrivenShell shell_;
  std::string environment_;
  int starts_ = 0;
};

constexpr const char* kForever =
    "with recursive n(i) as (select 1 union all select i + 1 from n) "
    "select count(*) from n;";

TEST_F(InTerminal, AsksAnswersAndLeaves) {
  Start(80, 24);
  Enter("select login from dim_actors;");
  ExpectSeen("│ 日本  │");
  ExpectSeen("3 rows");
  Enter(".quit");
  ExpectSeen("left with 0");
}

TEST_F(InTerminal, LeavesWithCtrlD) {
  Start(80, 24);
  Press("C-d");
  ExpectSeen("left with 0");
}

TEST_F(InTerminal, TakesStatementsOverLines) {
  Start(80, 24);
  Enter("select login");
  Enter("from dim_actors");
  ExpectSeen("from dim_actors");
  Enter("where actor_id = 2;");
  ExpectSeen("grace");
  // Up brings all three lines back; up again goes into them.
  Press("Up");
  Press("Up");
  Press("Up");
  Press("C-e");
  Type(" as name");
  Press("Enter");  // in the middle: the statement is whole, so it runs
  ExpectSeen("│ name");
}

TEST_F(InTerminal, GoesOnAfterErrors) {
  Start(80, 24);
  Enter("select nope from dim_actors;");
  ExpectSeen("error: line:1:8: no such column: nope");
  Enter(".nope");
  ExpectSeen("unknown command .nope");
  Enter("select 40 + 2 as answer;");
  ExpectSeen("42");
}

TEST_F(InTerminal, Completes) {
  Start(100, 30);
  Type("select * from fct_ev");
  Press("Tab");
  ExpectSeen("learnsql> select * from fct_events");
  Type("inner join dim_actors on ");
  Press("Tab");
  ExpectSeen("dim_actors.actor_id = fct_events.actor_id  foreign key");
  Type("dim_actors.actor_id = ");
  Press("Tab");
  Press("C-u");
  Press("C-c");
  Enter(".tab");
  ExpectSeen("by_type");
}

TEST_F(InTerminal, TakesAPasteAsItIs) {
  Start(80, 24);
  Paste("select 'one'\tas a;\nselect\n'two' as b;\n.quit\n");
  ExpectSeen("'two' as b;");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(Screen().find("┌"), std::string::npos) << "it ran by itself";
  EXPECT_EQ(Screen().find("left with"), std::string::npos);
  Press("C-c");
  Paste("select 'one' as a;\nselect 'two' as b;");
  Press("Enter");
  ExpectSeen("│ two │");
}

TEST_F(InTerminal, StopsAStatementWithCtrlC) {
  Start(80, 24, "--write");
  Enter("begin;");
  ExpectSeen("learnsql*>");
  Enter(kForever);
  ExpectSeen("Ctrl-C stops it");  // the progress line
  const auto start = std::chrono::steady_clock::now();
  Press("C-c");
  ExpectSeen("error: interrupted");
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_LT(took, std::chrono::milliseconds(2000));
  ExpectSeen("the transaction is still open");
  // SQLite itself ends the transaction of a write that is stopped.
  Enter(
      "insert into dim_actors with recursive n(i) as (select 10 union all "
      "select i + 1 from n) select i, 'x' from n;");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  Press("C-c");
  ExpectSeen("the transaction was rolled back");
  Enter("select 40 + 2 as answer;");
  ExpectSeen("42");
}

TEST_F(InTerminal, DropsALineWithCtrlC) {
  Start(80, 24);
  Type("select nonsense");
  Press("C-c");
  Enter("select 40 + 2 as answer;");
  ExpectSeen("42");
  EXPECT_EQ(Screen().find("error"), std::string::npos) << Screen();
}

TEST_F(InTerminal, RemembersBetweenSessions) {
  Start(80, 24);
  Enter("select 11 as first_one;");
  ExpectSeen("11");
  Enter(" select 22 as secret;");
  ExpectSeen("22");
  Enter(".quit");
  ExpectSeen("left with 0");
  Tmux("kill-server");
  Start(80, 24);
  Press("Up");
  Press("Up");
  ExpectSeen("learnsql> select 11 as first_one;");
  EXPECT_EQ(shell_.Read(".local/state/learnsql/history").find("secret"),
            std::string::npos);
}

TEST_F(InTerminal, SearchesTheHistoryWithSql) {
  Start(80, 24);
  Enter("select 11 as needle;");
  ExpectSeen("11");
  Enter("select entry from ls_history where entry like '%needle%';");
  ExpectSeen("│ select 11 as needle;");
  ExpectSeen("2 rows");
}

TEST_F(InTerminal, SearchesBackwards) {
  Start(80, 24);
  Enter("select 11 as needle;");
  ExpectSeen("11");
  Enter("select 22 as hay;");
  ExpectSeen("22");
  Press("C-r");
  Type("needle");
  Press("Enter");
  Press("Enter");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const std::string screen = Screen();
  EXPECT_NE(screen.find("needle", screen.rfind("22")), std::string::npos)
      << screen;
}

TEST_F(InTerminal, FitsTheWindowAlsoWhenItChanges) {
  Start(100, 30);
  const std::string query =
      "select 1 as a, 'some text that is long' as b, 'and more of that' as c, "
      "'and still more' as d union all select 2, 'x', 'y', 'z';";
  Enter(query);
  ExpectSeen("2 rows");
  EXPECT_EQ(Screen().find("shown"), std::string::npos) << Screen();
  Press("C-l");
  Tmux("resize-window -x 40 -y 30");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  Enter(query);
  ExpectSeen("(3 shown)");
  Enter(".last");
  ExpectSeen("some text that is long");
}

TEST_F(InTerminal, ShowsOneWideRowAsLines) {
  Start(40, 24);
  Enter(
      "select 1 as number, 'a text wider than it, by far' as text, 'more' as "
      "more;");
  ExpectSeen("number = 1");
  ExpectSeen("  text = a text wider than it, by far");
}

TEST_F(InTerminal, HonoursNoColor) {
  environment_ = "NO_COLOR=1";
  Start(80, 24);
  Enter("select 1 as a;");
  ExpectSeen("│ 1 │");
  EXPECT_EQ(Screen("-e").find('\x1b'), std::string::npos);
}

TEST_F(InTerminal, ColoursWhatIsTyped) {
  Start(40, 24);
  Type("select 'text', :day from dim_actors where (");
  ExpectSeen("where (");
  const auto seen = [this](const std::string& colours) {
    for (int i = 0; i < 400; ++i) {
      if (Screen("-e").find(colours) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    return false;
  };
  EXPECT_TRUE(seen("\x1b[32m'text'")) << Screen("-e");
  EXPECT_TRUE(seen("\x1b[35m:day")) << Screen("-e");
  EXPECT_TRUE(seen("\x1b[31m(")) << "an open bracket\n" << Screen("-e");
  // Over the wrapped row too, with the cursor in the middle.
  const std::string plain = Screen();
  Press("Left");
  Press("BSpace");
  Press("BSpace");
  Type("e ");
  EXPECT_TRUE(seen("\x1b[1mwhere"));
  EXPECT_EQ(Screen(), plain) << "colours changed the text";
}

TEST_F(InTerminal, AsksForMissingParameters) {
  Start(100, 40);
  Enter("select :day as d, :n + 1 as m;");
  ExpectSeen("value for :day (a number, a text, null):");
  Enter("2015-01-01");
  ExpectSeen("value for :n");
  Enter("'no end");
  ExpectSeen("a quoted text ends with a quote");
  Enter("41");
  ExpectSeen("│ 2015-01-01 │ 42 │");
  ExpectSeen(":n is 41 from now on; .parameter unset n forgets it");
  Enter("select :n + 2 as again;");
  ExpectSeen("│    43 │");
  // An empty line gives up, Ctrl-C too.
  Enter("select :other;");
  ExpectSeen("value for :other");
  Press("Enter");
  ExpectSeen("no value for parameter :other");
  ExpectSeen(".parameter set NAME VALUE");
  Enter("select :third;");
  ExpectSeen("value for :third");
  Press("C-c");
  ExpectSeen("error: interrupted");
  Enter("select 40 + 2 as answer;");
  ExpectSeen("│     42 │");
}

TEST_F(InTerminal, CompletesValues) {
  Start(80, 24);
  Type("select * from fct_events where type = 'Fo");
  Press("Tab");
  ExpectSeen("where type = 'Fork'");
  Type("or type = '");
  Press("Tab");
  ExpectSeen("'Push'   'Fork'");
}

TEST_F(InTerminal, TellsNullFromTextThatSaysSo) {
  Start(80, 24);
  Enter("select null as a, 'NULL' as b;");
  ExpectSeen("│ NULL │ NULL │");
  EXPECT_NE(Screen("-e").find("\x1b[2mNULL"), std::string::npos)
      << Screen("-e");
}

TEST_F(InTerminal, ReadsTheInitFile) {
  std::system(("mkdir -p " + shell_.Path(".config/learnsql")).c_str());
  shell_.Write(".config/learnsql/rc", ".mode json\nselect 'hello' as init;\n");
  Start(80, 24);
  ExpectSeen("[{\"init\":\"hello\"}]");
  Enter("select 7 as n;");
  ExpectSeen("[{\"n\":7}]");
  Tmux("kill-server");
  Start(80, 24, "--no-init");
  EXPECT_EQ(Screen().find("hello"), std::string::npos);
}

TEST_F(InTerminal, UsesViKeysWhenTold) {
  Start(80, 24);
  Enter(".keys vi");
  Type("select 1 as aX;");
  Press("Escape");
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  Type("hx");  // back to the X, and away with it
  Press("Enter");
  ExpectSeen("│ a │");
}

TEST_F(InTerminal, PastesWithViKeys) {
  Start(80, 24);
  Enter(".keys vi");
  Type("select ");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  Paste("'pasted'\nas a;");
  Type(" -- ok");
  ExpectSeen("as a; -- ok");
  Press("Enter");
  ExpectSeen("│ pasted │");
}

TEST_F(InTerminal, PagesWhatIsHigherThanTheScreen) {
  Start(80, 20);
  Enter(".pager less -SR");
  Enter(".maxrows 40");
  Enter(
      "with recursive n(i) as (select 1 union all select i + 1 from n where "
      "i < 300) select i from n;");
  ExpectSeen("│   1 │");
  Press("G");
  ExpectSeen("300 rows (40 shown)");
  Press("q");
  Enter(".pager off");
  Enter("select 40 + 2 as answer;");
  ExpectSeen("42");
}

TEST_F(InTerminal, ShowsRowsThatFitTheHeight) {
  Start(80, 30);
  Enter(
      "with recursive n(i) as (select 1 union all select i + 1 from n where "
      "i < 218900) select i from n;");
  ExpectSeen("218 900 rows (21 shown) · .last shows all");
  ExpectSeen("learnsql> with recursive");
}

TEST_F(InTerminal, DrawsCharts) {
  Start(60, 24);
  Enter("select type, n from by_type order by n desc;");
  Enter(".chart bar");
  ExpectSeen("Push  2  ████");
  Enter(".chart spark");
  ExpectSeen("n  █▁");
}

TEST_F(InTerminal, ExplainsOnTheScreen) {
  Start(80, 24);
  Enter("explain query plan select * from fct_events where type = 'Push';");
  ExpectSeen("└─ SCAN fct_events  ◀ reads the whole table");
}

TEST_F(InTerminal, EditsUtf8) {
  Start(80, 24);
  Type("select 'größe 日本X' as t;");
  for (int i = 0; i < 7; ++i) Press("Left");
  Press("BSpace");
  Press("Left");
  Press("BSpace");
  Press("Enter");
  ExpectSeen("│ größe 本");
}

TEST_F(InTerminal, EditsInAnEditor) {
  shell_.Write("editor.sh", "echo \"select 5 + 5 as edited;\" > $1\n");
  environment_ = "EDITOR='sh " + shell_.Path("editor.sh") + "'";
  Start(80, 24);
  Enter(".edit");
  ExpectSeen("│     10 │");
}

TEST_F(InTerminal, RunsNothingThatTheEditorDidNotSave) {
  environment_ = "EDITOR=cat";
  Start(80, 24);
  Enter("select 6 + 6 as twelve;");
  ExpectSeen("│     12 │");
  Press("C-l");
  Enter(".edit");
  ExpectSeen("nothing was saved, so nothing runs");
  EXPECT_EQ(Screen().find("│"), std::string::npos) << Screen();
}

TEST_F(InTerminal, SafeSessionsStayTidy) {
  Start(80, 24, "--safe");
  ExpectSeen("safe, read-only");
  Enter("select 1 as a;");
  ExpectSeen("│ 1 │");
  Enter(".edit");
  ExpectSeen(".edit is refused in a safe session");
  Enter(".quit");
  ExpectSeen("left with 0");
  EXPECT_FALSE(shell_.Exists(".local/state/learnsql/history"));
}

}  // namespace
}  // namespace learnsql
