// SPDX-License-Identifier: MIT
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>

namespace parallax::demo {
namespace {

using testing::StartsWith;

/// TMPDIR, for as long as it lives.
class Tmpdir {
public:
    explicit Tmpdir(const std::string& value) {
        if (const char* const before = std::getenv("TMPDIR")) {
            before_ = before;
        }
        ::setenv("TMPDIR", value.c_str(), 1);
    }
    Tmpdir(const Tmpdir&) = delete;
    Tmpdir& operator=(const Tmpdir&) = delete;
    Tmpdir(Tmpdir&&) = delete;
    Tmpdir& operator=(Tmpdir&&) = delete;
    ~Tmpdir() { before_ ? ::setenv("TMPDIR", before_->c_str(), 1) : ::unsetenv("TMPDIR"); }

private:
    std::optional<std::string> before_;
};

std::string why_there_is_none_in(const std::string& tmpdir) {
    const Tmpdir there(tmpdir);
    try {
        const TemporaryFolder folder;
    } catch (const std::system_error& error) {
        return error.what();
    }
    return "there is one";
}

TEST(TemporaryFolder, IsItsUsersAloneAndGoneAtTheEnd) {
    std::filesystem::path path;
    {
        const TemporaryFolder folder;
        path = folder.path();
        EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
        std::filesystem::create_directory(path / "folder");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TemporaryFolder, WhoseParentIsNotThereNamesTheVariable) {
    EXPECT_THAT(why_there_is_none_in("/nowhere"), StartsWith("TMPDIR names no folder"));
    EXPECT_THAT(why_there_is_none_in("/dev/null"), StartsWith("TMPDIR names no folder"));
}

TEST(TemporaryFolder, WhoseNameWouldBeTooLongNamesItsParent) {
    std::string deep = "/tmp";
    while (deep.size() < 4090) { // of the 4096 that a path has
        deep += "/.";
    }
    EXPECT_THAT(why_there_is_none_in(deep), StartsWith("cannot make a folder in /tmp/./."));
}

} // namespace
} // namespace parallax::demo
