#pragma once

#include <string>

namespace learnsql {

// A folder of its own for one test, with a small warehouse in it, and the
// shell's program to run on it.
class DrivenShell {
 public:
  struct Outcome {
    int code = 0;
    std::string out;
    std::string err;
  };

  DrivenShell();
  DrivenShell(const DrivenShell&) = delete;
  DrivenShell& operator=(const DrivenShell&) = delete;
  ~DrivenShell();

  // Runs the shell with `arguments` (words of a shell) and `input` on stdin.
  Outcome Run(const std::string& arguments, const std::string& input = "");

  // A path inside the folder.
  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }
  std::string Read(const std::string& name) const;
  void Write(const std::string& name, const std::string& text) const;
  bool Exists(const std::string& name) const;

  const std::string& folder() const { return folder_; }
  std::string warehouse() const { return Path("warehouse.db"); }

 private:
  std::string folder_;
};

}  // namespace learnsql
