#include <gtest/gtest.h>

#include "tests/engine/store/functions_cases.h"

namespace learnsql {
namespace {

constexpr FunctionCase kHashCases[] = {
    {"md5", "md5(to_utf8(''))", "X'D41D8CD98F00B204E9800998ECF8427E'",
     "RFC 1321, TestVarbinaryFunctions"},
    {"md5", "to_hex(md5(to_utf8('abc')))", "'900150983CD24FB0D6963F7D28E17F72'",
     "RFC 1321"},
    {"md5", "md5(null)", "NULL", "NULL in, NULL out"},
    {"md5", "md5('abc')", "error: md5: argument 1 must be bytes",
     "Trino: md5(varchar) is no function"},
    {"sha1", "sha1(to_utf8(''))", "X'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709'",
     "TestVarbinaryFunctions"},
    {"sha1", "to_hex(sha1(to_utf8('abc')))",
     "'A9993E364706816ABA3E25717850C26C9CD0D89D'", "RFC 3174"},
    {"sha1", "sha1(null)", "NULL", "NULL in, NULL out"},
    {"sha1", "sha1(1)", "error: sha1: argument 1 must be bytes",
     "functions/binary"},
    {"sha256", "to_hex(sha256(to_utf8('')))",
     "'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855'",
     "TestVarbinaryFunctions"},
    {"sha256", "to_hex(sha256(to_utf8('abc')))",
     "'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD'",
     "FIPS 180-2"},
    {"sha256", "sha256(null)", "NULL", "NULL in, NULL out"},
    {"sha256", "sha256('abc')", "error: write to_utf8(", "functions/binary"},
    {"xxhash64", "xxhash64(to_utf8(''))", "X'EF46DB3751D8E999'",
     "TestVarbinaryFunctions"},
    {"xxhash64", "xxhash64(to_utf8('hashme'))", "X'F9D96E0E1165E892'",
     "TestVarbinaryFunctions"},
    {"xxhash64", "xxhash64(null)", "NULL", "NULL in, NULL out"},
    {"xxhash64", "xxhash64('a')", "error: xxhash64: argument 1",
     "functions/binary"},
    {"to_utf8", "to_utf8('abc')", "X'616263'", "TestStringFunctions"},
    {"to_utf8", "to_utf8('é')", "X'C3A9'", "functions/string"},
    {"to_utf8", "to_utf8('')", "X''", "TestStringFunctions"},
    {"to_utf8", "to_utf8(null)", "NULL", "NULL in, NULL out"},
    {"to_utf8", "to_utf8(x'61')", "error: to_utf8: argument 1 must be text",
     "functions/string"},
    {"to_hex", "to_hex(x'0aff')", "'0AFF'", "TestVarbinaryFunctions"},
    {"to_hex", "to_hex(x'')", "''", "TestVarbinaryFunctions"},
    {"to_hex", "to_hex(null)", "NULL", "NULL in, NULL out"},
    {"to_hex", "to_hex('a')", "error: to_hex: argument 1 must be bytes",
     "functions/binary"},
    // sha256 of "t1:a", "t1:at1:b", "t1:é" and "n", by coreutils' sha256sum.
    {"sk", "sk('a')", "'8ec4b368828971f2ab8a568fef7af8d2'", "its prelude"},
    {"sk", "sk('a', 'b')", "'e3c92d624b5f9752019263740eacc35f'", "its prelude"},
    {"sk", "sk('é')", "'f6dfe1eae1b4ea4cfb577d53469b3062'",
     "its prelude: a length of 1 character"},
    {"sk", "sk(null)", "'1b16b1df538ba12dc3f97edbb85caa70'", "its prelude"},
    {"sk", "sk('ab', 'c') = sk('a', 'bc')", "0", "its prelude: lengths"},
    {"sk", "sk('') = sk(null)", "0", "its prelude: NULL is a value"},
    {"sk", "sk(null, null) is null", "0", "its prelude: never NULL"},
    {"sk", "sk('a', 1)", "error: sk: argument 2 must be text (write cast",
     "its prelude: varchar"},
    {"sk", "sk()", "error: sk: takes at least 1", "its prelude"},
};

TEST(HashFunctions, GiveTrinosAnswers) { RunCases(kHashCases); }

}  // namespace

std::span<const FunctionCase> HashCases() { return kHashCases; }

}  // namespace learnsql
