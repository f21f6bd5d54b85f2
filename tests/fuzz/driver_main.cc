// Runs a fuzz target without libFuzzer: once over every file that is named or
// lies in a folder that is named (the seeds and all earlier findings), then
// over mutations of them for a while.
//
// usage: NAME_fuzz [--seconds N] [--seed N] [--finding FILE] FOLDER...
// The input of a crash is left in FILE, `finding` by default; put it into the
// corpus. The same seed gives the same inputs.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" void __sanitizer_set_death_callback(void (*)())
    __attribute__((weak));

namespace {

namespace fs = std::filesystem;

constexpr size_t kLongest = 16 << 10;  // of a mutation, in bytes

std::string running;
std::string finding = "finding";

// Keeps the input that is running. Calls nothing that a signal may not.
void KeepFinding() {
  const int file = ::open(finding.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t written =
      ::write(file, running.data(), running.size());
  ::close(file);
}

void OnSignal(int signal) {
  KeepFinding();
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

void Run(std::string input) {
  running = std::move(input);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(running.data()),
                         running.size());
}

void ReadFolder(const fs::path& path, std::vector<std::string>* seeds) {
  if (fs::is_directory(path)) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path)) {
      files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());  // the same inputs for a seed
    for (const fs::path& file : files) ReadFolder(file, seeds);
    return;
  }
  std::ifstream file(path, std::ios::binary);
  seeds->emplace_back(std::istreambuf_iterator<char>(file),
                      std::istreambuf_iterator<char>());
}

class Mutator {
 public:
  Mutator(const std::vector<std::string>& seeds, uint64_t seed)
      : seeds_(seeds), random_(seed) {}

  std::string Next() {
    std::string text = Any();
    // Of a long seed, a piece: more runs in the same time.
    if (text.size() > kLongest) text = Piece(text, kLongest);
    for (size_t changes = 1 + Below(8); changes > 0; --changes) Change(&text);
    return text;
  }

 private:
  size_t Below(size_t end) { return end == 0 ? 0 : random_() % end; }
  const std::string& Any() { return seeds_[Below(seeds_.size())]; }

  std::string Piece(const std::string& text, size_t longest) {
    const size_t begin = Below(text.size());
    return text.substr(begin, 1 + Below(longest));
  }

  void Change(std::string* text) {
    constexpr std::string_view kTelling("\"\\{}[]:,'-/*;.\n\r\0\xff\x80 09e",
                                        24);
    const size_t at = Below(text->size() + 1);
    switch (Below(7)) {
      case 0:  // another byte
        if (at < text->size()) (*text)[at] = static_cast<char>(random_());
        break;
      case 1:  // one bit
        if (at < text->size()) (*text)[at] ^= static_cast<char>(1 << Below(8));
        break;
      case 2:
        text->insert(at, 1, kTelling[Below(kTelling.size())]);
        break;
      case 3:
        text->erase(at, 1 + Below(16));
        break;
      case 4:  // cut
        text->resize(at);
        break;
      case 5:  // something twice
        text->insert(at, Piece(*text, 64));
        break;
      default:  // something of another
        text->insert(at, Piece(Any(), 256));
    }
    if (text->size() > 2 * kLongest) text->resize(2 * kLongest);
  }

  const std::vector<std::string>& seeds_;
  std::mt19937_64 random_;
};

size_t RunMutations(const std::vector<std::string>& seeds, uint64_t seed,
                    double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  Mutator mutator(seeds, seed);
  size_t count = 0;
  for (; Clock::now() < end; ++count) Run(mutator.Next());
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  double seconds = 0;
  uint64_t seed = 1;
  std::vector<std::string> seeds;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--seconds" && i + 1 < argc) {
      seconds = std::atof(argv[++i]);
    } else if (argument == "--seed" && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--finding" && i + 1 < argc) {
      finding = argv[++i];
    } else {
      ReadFolder(argv[i], &seeds);
    }
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    std::signal(signal, OnSignal);
  }
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback(KeepFinding);
  }
  if (seeds.empty()) {
    std::fputs("no inputs\n", stderr);
    return 1;
  }
  for (const std::string& input : seeds) Run(input);
  const size_t mutations = RunMutations(seeds, seed, seconds);
  std::printf("%zu inputs, %zu mutations\n", seeds.size(), mutations);
  return 0;
}
